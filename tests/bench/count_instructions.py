"""Instructions per call, guarded and unguarded: the slope between two numbers of calls.

Usage: count_instructions.py SOURCE_DIR BIN_DIR [--calls N] [--entries N] [--json FILE]

The server runs under `valgrind --tool=callgrind`, and one client makes one call at a time, first N
and then 4 N. What the difference of the two takes, over 3 N, does not depend on how fast or how busy
the machine is, and holds neither the start nor the handshake. All of the server's own instructions
count, gRPC's and OpenSSL's included, and none of the kernel's. Figures to look at, not a test.
"""

import argparse
import contextlib
import os
import pathlib
import re
import subprocess
import tempfile

import servers


class Counted:
    """A server whose instructions are counted while it is loaded."""

    def __init__(self, options, guard, folder, entries, stack):
        self._options = options
        self._folder = folder
        self._counts = folder / f"callgrind-{guard}-{entries}"
        # Counting starts when asked for: a policy of a million entries is loaded before.
        self._server = servers.Server(
            options.binaries, guard, folder, entries,
            under=("valgrind", "--tool=callgrind", "--instr-atstart=no", "--quiet",
                   f"--callgrind-out-file={self._counts}"))
        stack.callback(self._server.stop)

    def _control(self, *words):
        # Where callgrind keeps what it is told with; the programs must agree about it.
        environment = {**os.environ, "TMPDIR": os.environ.get("TMPDIR", "/tmp")}
        subprocess.run(["callgrind_control", *words, str(self._server.process.pid)], check=True,
                       capture_output=True, env=environment)

    def _instructions(self, calls, number):
        """Of one run, the client's start included."""
        self._control("--instr=on")
        self._control("--zero")
        servers.load(self._options.binaries, self._server, self._folder / "certs", connections=1,
                     in_flight=1, calls=calls)
        self._control(f"--dump=run{number}")
        self._control("--instr=off")
        dumps = sorted(self._folder.glob(f"{self._counts.name}.*"),
                       key=lambda path: path.stat().st_mtime_ns)
        text = dumps[-1].read_text(encoding="ascii", errors="replace")
        return int(re.search(r"^(?:summary|totals): (\d+)", text, re.MULTILINE)[1])

    def per_call(self):
        few = self._options.calls
        self._instructions(few, 0)  # what happens once
        less = self._instructions(few, 1)
        more = self._instructions(4 * few, 2)
        # The client warms up with a tenth of its calls, and four at least.
        calls = 3 * few + max(4 * few // 10, 4) - max(few // 10, 4)
        return (more - less) / calls


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--json", type=pathlib.Path, help="add all figures to this file")
    options = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        folder = pathlib.Path(scratch)
        subprocess.run([options.source / "scripts/make-certs.sh", folder / "certs"], check=True,
                       capture_output=True)
        for name, guard, entries in (("unguarded", "none", 1), ("guarded", "write", 1),
                                     ("unrecorded", "unrecorded", 1),
                                     ("many_entries", "write", options.entries)):
            with contextlib.ExitStack() as one:
                results[name] = Counted(options, guard, folder, entries, one).per_call()
            base = results["guarded" if name == "many_entries" else "unguarded"]
            label = f"{options.entries} entries" if name == "many_entries" else name
            print(f"{label:24} {results[name]:10.0f} instructions a call  x{results[name] / base:.3f}",
                  flush=True)
    if options.json:
        servers.add_results(options.json, instructions=results)


main()
