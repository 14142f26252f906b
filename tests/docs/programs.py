"""The programs, their subcommands and those of these, as their own `--help` tells of them."""

import re
import subprocess

PROGRAMS = ("certgate", "greeter-server", "greeter-client")


class Command:
    """A program, or a program with a subcommand, which may have one of its own."""

    def __init__(self, words, help_text):
        self.words = words
        self.help = help_text

    @property
    def line(self):
        """As it is typed: `certgate explain`."""
        return " ".join(self.words)

    @property
    def page(self):
        """Its manual page: `certgate-explain.1`. Deeper subcommands share one."""
        return "-".join(self.words[:2]) + ".1"

    def flags(self):
        """The long flags of the list of options."""
        columns = re.findall(r"^  (-\S+)", self.help, re.MULTILINE)
        return {flag for column in columns for flag in column.split(",") if flag.startswith("--")}

    def subcommands(self):
        listed = self.help.partition("\nSubcommands:\n")[2].partition("\n\n")[0]
        return re.findall(r"^  (\S+)", listed, re.MULTILINE)

    def examples(self):
        """The commands below `Example:`, each a text of one line or more."""
        listed = re.split(r"\nExamples?:\n", self.help)[1:]
        lines = listed[0].partition("\n\n")[0].rstrip("\n") if listed else ""
        return [re.sub(r"^  ", "", example, flags=re.MULTILINE)
                for example in re.split(r"(?<!\\)\n(?=  \S)", lines) if example]


def with_subcommands(bin_dir, words):
    result = subprocess.run([f"{bin_dir}/{words[0]}", *words[1:], "--help"], text=True,
                            stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True)
    command = Command(words, result.stdout)
    return [command] + [each for name in command.subcommands()
                        for each in with_subcommands(bin_dir, [*words, name])]


def all_commands(bin_dir):
    return [each for program in PROGRAMS for each in with_subcommands(bin_dir, [program])]
