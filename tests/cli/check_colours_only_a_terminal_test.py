"""`certgate check` colours what a terminal shows, unless told otherwise, and nothing else.

Usage: check_colours_only_a_terminal_test.py SOURCE_DIR BIN_DIR
"""

import os
import pathlib
import pty
import subprocess
import sys
import tempfile

PROGRAMS = pathlib.Path(sys.argv[2]).resolve()
ESCAPE = b"\x1b["


def output(folder, arguments, on_terminal, variables):
    """What is shown on a terminal, or goes into a pipe."""
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm", **variables}
    command = [PROGRAMS / "certgate", "check", *arguments, "policy.yaml"]
    if not on_terminal:
        return subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE,
                              check=True).stdout
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=theirs) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # Linux: all of the other side is closed
                break
            if not part:
                break
            shown += part
        os.close(ours)
        assert process.wait() == 0
    return shown


def main():
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "policy.yaml").write_text(
            "version: 1\nname: shop\nmode: observe\n"
            "methods:\n  /acme.shop.Orders/Place: { allow: [ { cn: a } ] }\n...\n",
            encoding="utf-8")

        def shows_colour(arguments=(), on_terminal=True, **variables):
            shown = output(folder, arguments, on_terminal, variables)
            assert b"observe-mode" in shown, shown
            return ESCAPE in shown

        assert shows_colour()
        assert not shows_colour(on_terminal=False)
        assert not shows_colour(NO_COLOR="1")
        assert shows_colour(NO_COLOR="")
        assert not shows_colour(TERM="dumb")
        assert not shows_colour(["--color", "never"])
        assert shows_colour(["--color", "always"], on_terminal=False, NO_COLOR="1")
        assert not shows_colour(["--color", "always", "--format", "json"], on_terminal=False)
        assert not shows_colour(["--format", "sarif"])
    print("colours are where they should be")


main()
