"""The guides show what the programs do. Their blocks are gone through in their order, in a copy of the
source tree for each:

- ```diff is applied;
- ```console is a terminal session, as tests/cli/run_session.py reads it;
- ```sh is a git hook, saved under the path in its second line;
- ```json is the file authz.json;
- ```yaml is a workflow: what follows `run:` is run, and ends with 0.
"""

import pathlib
import re
import sys

import source_copy

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
import run_session  # noqa: E402


def blocks(text):
    """The language, the text and the line of each fenced block."""
    for match in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield match[1], match[2], text.count("\n", 0, match.start()) + 1


def apply_diff(root, text):
    patch = root.root / ".git" / "guide.diff"
    patch.write_text(text, encoding="utf-8")
    result, output = root.run("git apply .git/guide.diff")
    return f"{output}[exit {result}]" if result != 0 else ""


def save_hook(root, text):
    hook = root.root / re.match(r"#!/bin/sh\n# (\.git/hooks/[a-z-]+)", text)[1]
    hook.write_text(text, encoding="utf-8")
    hook.chmod(0o755)
    return ""


def save_authz(root, text):
    (root.root / "authz.json").write_text(text, encoding="utf-8")
    return ""


def run_workflow(root, text):
    for command in re.findall(r"^- run: (.*)$", text, re.MULTILINE):
        result, output = root.run(command)
        if result != 0:
            return f"$ {command}\n{output}[exit {result}]"
    return ""


def check_session(root, text):
    """The step that did not go as written, or nothing."""
    for step in run_session.parse(text):
        result, output = root.run(step.command)
        actual = run_session.strip_blank_end(output.split("\n"))
        expected = run_session.strip_blank_end(step.expected)
        if result != step.exit or not run_session.output_matches(expected, actual):
            return f"$ {step.command}\n{output}[exit {result}]"
    return ""


GUIDES = ("getting-started.md", "recipes.md", "tool.md")
CHECKS = {"diff": apply_diff, "console": check_session, "sh": save_hook, "json": save_authz,
          "yaml": run_workflow}


def check_guide(name, source, bin_dir):
    guide = pathlib.Path(source, "docs", name).read_text(encoding="utf-8")
    count = 0
    with source_copy.SourceCopy(source, bin_dir) as root:
        for language, text, line in blocks(guide):
            problem = CHECKS[language](root, text)
            if problem:
                sys.exit(f"docs/{name}:{line}: {problem}")
            count += language == "console"
    print(f"{name}: {count} sessions went as written")
    return count


def main():
    source, bin_dir = sys.argv[1:3]
    counts = [check_guide(name, source, bin_dir) for name in GUIDES]
    sys.exit(0 if all(counts) else 1)


main()
