"""docs/tool.md shows what the tool does. Its blocks are gone through in their order, in a copy of the
source tree that is a git repository:

- ```diff is applied;
- ```console is a terminal session, as tests/cli/run_session.py reads it;
- ```sh is a script, written to the file that its second line names if that is a comment that begins
  with a path; then it is a hook, which the session calls. Otherwise it is run, and ends with 0.
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


def run_script(root, text):
    hook = re.match(r"#!/bin/sh\n# (\.git/\S+)", text)
    if not hook:
        return root.run(f"set -eu\n{text}")
    path = root.root / hook[1]
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return 0, ""


def apply_diff(root, text):
    patch = root.root / ".git" / "guide.diff"
    patch.write_text(text, encoding="utf-8")
    return root.run("git apply .git/guide.diff")


def check_session(root, text):
    """The step that did not go as written, or nothing."""
    for step in run_session.parse(text):
        result, output = root.run(step.command)
        actual = run_session.strip_blank_end(output.split("\n"))
        expected = run_session.strip_blank_end(step.expected)
        if result != step.exit or not run_session.output_matches(expected, actual):
            return f"$ {step.command}\n{output}[exit {result}]"
    return ""


def check_block(root, language, text):
    if language == "console":
        return check_session(root, text)
    run = {"diff": apply_diff, "sh": run_script}.get(language)
    if run is None:
        return ""
    result, output = run(root, text)
    return f"{output}[exit {result}]" if result != 0 else ""


def main():
    source, bin_dir = sys.argv[1:3]
    guide = pathlib.Path(source, "docs", "tool.md").read_text(encoding="utf-8")
    count = 0
    with source_copy.SourceCopy(source, bin_dir) as root:
        result, output = root.run(
            "git init -q && git config user.name A && git config user.email a@acme.example &&"
            " git add -A && git commit -qm 'Begin'")
        if result != 0:
            sys.exit(output)
        for language, text, line in blocks(guide):
            problem = check_block(root, language, text)
            if problem:
                sys.exit(f"docs/tool.md:{line}: {problem}")
            count += language == "console"
    print(f"{count} sessions went as written")
    sys.exit(0 if count else 1)


main()
