"""`certgate audit tail --follow` shows each record once over rotations, by renaming and by cutting the
file short, and ends when it is interrupted and when nobody reads its output.
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile


def append(path, lines):
    with open(path, "a", encoding="ascii") as file:
        file.writelines(lines)


class Tail:
    """A running `certgate audit tail --follow`."""

    def __init__(self, bin_dir, path, *options):
        self.process = subprocess.Popen(
            [f"{bin_dir}/certgate", "audit", "tail", "--follow", *options, path],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def expect(self, *callers):
        """The next lines are of these callers, in this order."""
        for caller in callers:
            line = self.process.stdout.readline()
            if line.split()[1:3] != ["allowed", caller] and line.split()[1:3] != ["denied", caller]:
                self.process.kill()
                sys.exit(f"expected a call of {caller}, got {line!r}")

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        rest, errors = self.process.communicate(timeout=60)
        return self.process.returncode, rest, errors


def follow_renames(bin_dir, folder, records):
    path = folder / "audit.jsonl"
    append(path, records[:4])
    tail = Tail(bin_dir, path, "-n", "2")
    tail.expect("till-1", "till-2")
    append(path, [records[4][:50]])
    append(path, [records[4][50:]])
    tail.expect("till-3")
    # As logrotate does it: the server writes to the old file until it is told of the new one.
    os.rename(path, f"{path}.1")
    path.touch()
    append(f"{path}.1", records[5:7])
    tail.expect("till-4", "till-5")
    append(f"{path}.1", records[7:8])
    append(path, records[8:9])
    tail.expect("till-6", "till-7")
    code, rest, errors = tail.interrupt()
    if code != 0 or rest or errors != f"certgate: `{path}` was rotated\n":
        sys.exit(f"renamed: exit {code}, {rest!r}, {errors!r}")


def follow_cuts(bin_dir, folder, records):
    path = folder / "cut.jsonl"
    append(path, records[:4])
    tail = Tail(bin_dir, path, "-n", "1")
    tail.expect("till-2")
    path.write_text(records[4], encoding="ascii")
    tail.expect("till-3")
    code, rest, errors = tail.interrupt()
    if code != 0 or rest or errors != f"certgate: `{path}` was cut short\n":
        sys.exit(f"cut short: exit {code}, {rest!r}, {errors!r}")


def tell_gaps(bin_dir, folder, records):
    path = folder / "gap.jsonl"
    append(path, records[:4])
    tail = Tail(bin_dir, path, "-n", "1")
    tail.expect("till-2")
    append(path, records[6:7])
    tail.expect("till-5")
    errors = tail.interrupt()[2]
    if "records 5 to 6 are not shown" not in errors:
        sys.exit(f"gap: {errors!r}")


def end_without_a_reader(bin_dir, folder, records):
    path = folder / "unread.jsonl"
    append(path, records[:4])
    tail = Tail(bin_dir, path)
    tail.expect("till-0")
    tail.process.stdout.close()
    # Nothing is written to the file any more: it is noticed nevertheless.
    tail.process.wait(timeout=60)


def main():
    bin_dir = sys.argv[2]
    records = subprocess.run([f"{bin_dir}/make_trail", "9"], text=True, capture_output=True,
                             check=True).stdout.splitlines(keepends=True)
    with tempfile.TemporaryDirectory() as name:
        for check in (follow_renames, follow_cuts, tell_gaps, end_without_a_reader):
            check(bin_dir, pathlib.Path(name), records)
    print("each record was shown once")


main()
