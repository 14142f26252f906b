"""Runs a terminal session that is written down as it should go.

Usage: run_session.py SESSION SOURCE_DIR BIN_DIR

A session is a text file:

    # What it shows, as a sentence.

    === policy.yaml
    version: 1
    === end

    $ certgate check policy.yaml
    policy.yaml:1:1: error: `name` is missing
    [...]
    [exit 3]

`===` writes a file. `$` runs a line with bash in a fresh folder, where the programs are on the
path and $SOURCE is the source tree; a line that ends in `\\` goes on in the next one. What follows
is what must be shown, standard output and error together. `[...]` stands for any text in a line;
alone it stands for any number of lines. `[exit N]` is the exit code, 0 if there is no such line.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile


class Step:
    def __init__(self, number, command):
        self.number = number
        self.command = command
        self.expected = []
        self.exit = 0


def parse(text):
    """The files and steps of a session, in their order."""
    items = []
    lines = text.split("\n")
    i = 0
    while i < len(lines):
        line = lines[i]
        i += 1
        if line.startswith("=== "):
            content = []
            while lines[i] != "=== end":
                content.append(lines[i] + "\n")
                i += 1
            i += 1
            items.append((line[4:], "".join(content)))
        elif line.startswith("$ "):
            number = i
            command = line[2:]
            while command.endswith("\\"):
                command += "\n" + lines[i]
                i += 1
            items.append(Step(number, command))
        elif items and isinstance(items[-1], Step) and not line.startswith("#"):
            exit_code = re.fullmatch(r"\[exit (\d+)\]", line)
            if exit_code:
                items[-1].exit = int(exit_code[1])
            else:
                items[-1].expected.append(line)
    return items


def strip_blank_end(lines):
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def line_matches(pattern, line):
    parts = [re.escape(part) for part in pattern.split("[...]")]
    return re.fullmatch(".*".join(parts), line) is not None


def output_matches(expected, actual):
    if not expected:
        return not actual
    if expected[0] == "[...]":
        return any(output_matches(expected[1:], actual[i:]) for i in range(len(actual) + 1))
    return bool(actual) and line_matches(expected[0], actual[0]) and output_matches(
        expected[1:], actual[1:])


def run(step, folder, environment):
    result = subprocess.run(
        ["bash", "-c", step.command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    actual = strip_blank_end(result.stdout.decode("utf-8", "replace").split("\n"))
    expected = strip_blank_end(step.expected)
    if result.returncode == step.exit and output_matches(expected, actual):
        return True
    print(f"line {step.number}: $ {step.command}")
    print(f"--- expected, exit {step.exit}")
    print("\n".join(expected))
    print(f"--- got, exit {result.returncode}")
    print("\n".join(actual))
    return False


def main():
    session, source, programs = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
    items = parse(session.read_text(encoding="utf-8"))
    steps = [item for item in items if isinstance(item, Step)]
    if not steps:
        sys.exit(f"{session} has no step")
    environment = dict(os.environ, SOURCE=str(source), TERM="dumb", TZ="UTC", LC_ALL="C.UTF-8",
                       PATH=f"{programs}:{os.environ['PATH']}")
    environment.pop("NO_COLOR", None)
    with tempfile.TemporaryDirectory() as folder:
        for item in items:
            if isinstance(item, Step):
                if not run(item, folder, environment):
                    sys.exit(1)
            else:
                path = pathlib.Path(folder, item[0])
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(item[1], encoding="utf-8")
    print(f"{len(steps)} steps went as written")


if __name__ == "__main__":
    main()
