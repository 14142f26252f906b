"""What the guard adds to a server: the same Greeter with it and without, in turn, in separate processes.

Usage: compare_servers.py SOURCE_DIR BIN_DIR [--calls N] [--rounds N] [--entries N ...] [--json FILE]

Each figure is the median over the rounds; each ratio is the median of the ratios of the two servers
in one round. CPU is the server's own, from getrusage(2). Figures to look at, not a test.
"""

import argparse
import contextlib
import pathlib
import subprocess
import tempfile

import servers


class Table:
    """Measures rows and prints them."""

    def __init__(self, options, folder):
        self.options = options
        self.certs = folder / "certs"
        self.results = {}

    def row(self, key, name, base, other, shown=("cpu_us",), other_client="client", **arguments):
        arguments = {"calls": self.options.calls, **arguments}

        def run(server, client):
            return lambda: servers.load(self.options.binaries, server, self.certs, client=client,
                                        **arguments)

        self.results[key] = servers.compare(self.options.rounds, run(base, "client"),
                                            run(other, other_client))
        servers.print_row(name, self.results[key], shown)


def measure(options, folder, stack):
    subprocess.run([options.source / "scripts/make-certs.sh", folder / "certs"], check=True,
                   capture_output=True)

    def start(*arguments):
        server = servers.Server(options.binaries, *arguments)
        stack.callback(server.stop)
        return server

    plain = start("none", folder)
    unrecorded = start("unrecorded", folder)
    guarded = {entries: start("write", folder, entries) for entries in options.entries}
    first = guarded[options.entries[0]]
    table = Table(options, folder)
    table.row("guarded", "guarded, against unguarded", plain, first, ("cpu_us", "mib"))
    table.row("unrecorded", "guarded without records, against unguarded", plain, unrecorded)
    table.row("one_at_a_time", "guarded, one call at a time", plain, first, connections=1, in_flight=1,
              calls=max(100, options.calls // 4))
    table.row("connections_16", "guarded, 16 connections", plain, first, ("per_second", "cpu_us"),
              connections=16)
    table.row("at_a_rate", "guarded, 1,000 calls a second", plain, first,
              ("p50_us", "p99_us", "p999_us"), in_flight=64, how=1000,
              calls=max(200, options.calls // 10))
    table.row("stream", "guarded, messages on open streams", plain, first, how="stream")
    for entries, server in guarded.items():
        if server is not first:
            table.row(f"entries_{entries}", f"{entries} entries, against {options.entries[0]}", first,
                      server, ("cpu_us", "mib"))
    table.row("refused", "a refused call, against an admitted one", first, first,
              other_client="other-client")
    failing = start("failing", folder)
    table.row("failing", "unguarded: an error, against a reply", plain, failing)
    table.row("refused_or_failing", "a refused call, against an unguarded error", failing, first,
              other_client="other-client")
    return table.results


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("--calls", type=int, default=40_000, help="of one run")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--entries", type=int, nargs="+", default=[1, 1000, 100_000, 1_000_000])
    parser.add_argument("--json", type=pathlib.Path, help="add all figures to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        results = measure(options, pathlib.Path(scratch), stack)
    if options.json:
        servers.add_results(options.json, servers=results)


main()
