"""Each manual page has examples. They can be run as they stand in the root of the source tree, end
with an answer, yes or no, and print what the page says that they print. Policies and policy tests
in examples are valid.
"""

import pathlib
import re
import shutil
import subprocess
import sys

import source_copy


def shown(page):
    """The page as it is read, without bold and underlined letters and without indentation."""
    text = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=200", page], text=True,
                          capture_output=True, check=True).stdout
    return re.sub(".\b", "", text)


def examples(page):
    """The commands in the section EXAMPLES with the output that is shown, and the other blocks."""
    section = shown(page).partition("\nEXAMPLES\n")[2]
    section = re.split(r"\n(?=\S)", section)[0]
    blocks = [re.sub(r"^ {11}", "", block, flags=re.MULTILINE)
              for block in re.findall(r"(?:^ {11}.*\n?)+", section, re.MULTILINE)]
    commands, texts = [], []
    for block in blocks:
        if not block.startswith("$ "):
            texts.append(block)
            continue
        for item in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, output = re.match(r"((?:.*[\\|]\n)*.*)\n?((?:.|\n)*)", item).groups()
            commands.append((command, output))
    return commands, texts


def check(page, root):
    commands, texts = examples(page)
    if not commands:
        yield f"{page.name} has no example"
    for command, expected in commands:
        result, output = root.run(command)
        if result >= 2 or (expected and output != expected):
            yield f"{page.name}: $ {command}\n{output}[exit {result}]"
    for text in texts:
        yield from check_file(page, text, root)


def check_file(page, text, root):
    """A policy, or tests of the sample policy."""
    if text.startswith("policy: "):
        file, command = "policy/tests/example.yaml", "certgate test"
    else:
        file, command = "example.yaml", "certgate check --strict --at 2026-11-24"
        shutil.copy(root.root / "certs/ca.crt", root.root / "corp-ca.crt")
    (root.root / file).write_text(text, encoding="utf-8")
    result, output = root.run(f"{command} {file}")
    if result != 0:
        yield f"{page.name}: the file that begins with {text.splitlines()[0]}\n{output}"


def main():
    source, bin_dir = sys.argv[1:3]
    pages = sorted(pathlib.Path(source, "docs", "man").glob("*.[1-8]"))
    with source_copy.SourceCopy(source, bin_dir) as root:
        problems = [problem for page in pages for problem in check(page, root)]
    print("\n".join(problems) or f"the examples of {len(pages)} pages ran")
    sys.exit(1 if problems or not pages else 0)


main()
