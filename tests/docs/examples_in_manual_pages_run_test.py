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
    """The indented blocks of the section EXAMPLES."""
    section = shown(page).partition("\nEXAMPLES\n")[2]
    section = re.split(r"\n(?=\S)", section)[0]
    return [re.sub(r"^ {11}", "", block, flags=re.MULTILINE)
            for block in re.findall(r"(?:^ {11}.*\n?)+", section, re.MULTILINE)]


def check_session(page, block, root):
    """Commands, each with the output that is shown below it or with none."""
    for item in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, expected = re.match(r"((?:.*[\\|]\n)*.*)\n?((?:.|\n)*)", item).groups()
        result, output = root.run(command)
        if result >= 2 or (expected and output != expected):
            yield f"{page.name}: $ {command}\n{output}[exit {result}]"


def check_file(page, text, root):
    """A policy, tests of the sample policy, or what the commands after it call authz.json."""
    if text.startswith("{"):
        (root.root / "authz.json").write_text(text, encoding="utf-8")
        return
    if text.startswith("policy: "):
        file, command = "policy/tests/example.yaml", "certgate test"
    else:
        file, command = "example.yaml", "certgate check --strict --at 2026-11-24"
        shutil.copy(root.root / "certs/ca.crt", root.root / "corp-ca.crt")
    (root.root / file).write_text(text, encoding="utf-8")
    result, output = root.run(f"{command} {file}")
    if result != 0:
        yield f"{page.name}: the file that begins with {text.splitlines()[0]}\n{output}"


def check(page, root):
    blocks = examples(page)
    if not any(block.startswith("$ ") for block in blocks):
        yield f"{page.name} has no example"
    for block in blocks:
        yield from (check_session if block.startswith("$ ") else check_file)(page, block, root)


def main():
    source, bin_dir = sys.argv[1:3]
    pages = sorted(pathlib.Path(source, "docs", "man").glob("*.[1-8]"))
    with source_copy.SourceCopy(source, bin_dir) as root:
        problems = [problem for page in pages for problem in check(page, root)]
    print("\n".join(problems) or f"the examples of {len(pages)} pages ran")
    sys.exit(1 if problems or not pages else 0)


main()
