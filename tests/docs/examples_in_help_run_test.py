"""`--help` of each program and subcommand shows an example, which can be run as it stands in the root
of the source tree: it ends with an answer, yes or no, and not with a complaint.
"""

import sys

import programs
import source_copy


def main():
    source, bin_dir = sys.argv[1:3]
    problems, count = [], 0
    with source_copy.SourceCopy(source, bin_dir) as root:
        for command in programs.all_commands(bin_dir):
            # A program leaves the examples to its subcommands; those below them share theirs.
            is_expected = len(command.words) == 2 or not command.subcommands()
            if is_expected and len(command.words) < 3 and not command.examples():
                problems.append(f"{command.line} --help shows no example")
            for example in command.examples():
                count += 1
                result, output = root.run(example)
                if result >= 2:
                    problems.append(f"{command.line} --help: $ {example}\n{output}[exit {result}]")
    print("\n".join(problems) or f"{count} examples ran")
    sys.exit(1 if problems else 0)


main()
