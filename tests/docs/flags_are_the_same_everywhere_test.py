"""Manual pages and completions name the flags that `--help` lists, no more and no fewer."""

import pathlib
import re
import sys

import completion
import programs


def flags_of(macro_line):
    """The long flags on a line of a manual page: mdoc writes `--policy` as `Fl -policy`."""
    if not re.search(r"\bFl\b", macro_line):
        return set()
    return {"-" + flag for flag in re.findall(r"(?<=\s)-[a-z][a-z0-9-]*", macro_line)}


def compare(what, flags, expected):
    lacking = "".join(f"\n  {flag} is missing" for flag in sorted(expected - flags))
    surplus = "".join(f"\n  {flag} does not exist" for flag in sorted(flags - expected))
    return [f"{what}:{lacking}{surplus}"] if lacking or surplus else []


def check_page(page, flags):
    if not page.exists():
        return [f"there is no manual page {page.name}"]
    lines = [line for line in page.read_text(encoding="utf-8").split("\n") if line.startswith(".")]
    described = set().union(*(flags_of(line) for line in lines if line.startswith(".It ")))
    mentioned = set().union(*(flags_of(line) for line in lines))
    return compare(page.name, described, flags) or compare(page.name, mentioned, flags)


def check_pages(source, commands):
    problems = []
    for name in {command.page for command in commands}:
        flags = set().union(*(command.flags() for command in commands if command.page == name))
        problems += check_page(pathlib.Path(source, "docs", "man", name), flags)
    return problems


def check_completion(shell, source, commands):
    lines = [command.line + end for command in commands for end in (" --", " ")]
    offers = completion.choices(shell, source, lines)
    problems = []
    for command in commands:
        place = f"{shell}, {command.line}"
        problems += compare(place, set(offers[command.line + " --"]), command.flags())
        if command.subcommands():
            offered = set(offers[command.line + " "])
            problems += compare(place, offered, set(command.subcommands()))
    return problems


def main():
    source, bin_dir = sys.argv[1:3]
    commands = programs.all_commands(bin_dir)
    problems = [f"{command.line} --help lists no flags" for command in commands
                if "--help" not in command.flags()]
    problems += check_pages(source, commands)
    for shell in completion.SHELLS:
        problems += check_completion(shell, source, commands)
    print("\n".join(problems) or f"{len(commands)} commands agree with what is said of them")
    sys.exit(1 if problems else 0)


main()
