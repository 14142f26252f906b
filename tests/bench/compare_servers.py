"""What the guard adds to a server: the same Greeter with it and without, in turn, in separate processes.

Usage: compare_servers.py SOURCE_DIR BIN_DIR [--calls N] [--rounds N] [--entries N ...] [--json FILE]

Each figure is the median over the rounds; each ratio is the median of the ratios of the two servers
in one round, because these figures differ from machine to machine and from minute to minute. CPU
is the server's own, from getrusage(2). Figures to look at, not a test.
"""

import argparse
import contextlib
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

METHOD = "/helloworld.Greeter/*"


class Server:
    """bench_server, and what it says of itself."""

    def __init__(self, binaries, guard, folder, entries=1):
        policy = folder / f"policy-{entries}.yaml"
        if not policy.exists():
            write_policy(policy, entries)
        self.name = f"{guard}-{entries}"
        self._process = subprocess.Popen(
            [binaries / "bench_server", guard, folder / "certs", policy,
             folder / f"{self.name}.jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if not line:
            sys.exit("bench_server does not start")
        self.port = int(line)

    def usage(self):
        """Microseconds of CPU so far, and the memory at its largest in MiB."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        cpu, kib = self._process.stdout.readline().split()
        return int(cpu), int(kib) / 1024

    def stop(self):
        self._process.stdin.close()
        self._process.wait(timeout=60)


def write_policy(path, entries):
    """An allow-list of so many callers, the one that calls in the middle."""
    with open(path, "w", encoding="ascii") as file:
        file.write(f'version: 1\nname: bench\nmethods:\n  "{METHOD}":\n    allow:\n')
        for number in range(entries):
            name = "my-grpc-client" if number == entries // 2 else f"client-{number}"
            file.write(f"      - cn: {name}\n")
        file.write("...\n")


def load(binaries, server, certs, client, connections, in_flight, calls, rate=None):
    """The client's figures of one run, with the server's CPU a call in microseconds."""
    command = [binaries / "load_client", server.port, certs, client, connections, in_flight, calls]
    with subprocess.Popen([str(word) for word in command + ([rate] if rate else [])],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n", "load_client did not get ready"
        before, _ = server.usage()
        process.stdin.write("go\n")
        process.stdin.flush()
        figures = json.loads(process.stdout.readline())
        after, figures["mib"] = server.usage()
    figures["cpu_us"] = (after - before) / calls
    figures["per_second"] = calls / figures["seconds"]
    return figures


def compare(binaries, certs, rounds, base, other):
    """Runs two loads in turn, each a server and the arguments of `load`, and returns the medians of
    each and of their ratios."""
    runs = ([], [])
    for number in range(rounds):
        # Which of them comes first changes, so that neither has always the warmer machine.
        for at in (0, 1) if number % 2 == 0 else (1, 0):
            server, arguments = (base, other)[at]
            runs[at].append(load(binaries, server, certs, **arguments))
    result = {}
    for key in ("cpu_us", "per_second", "p50_us", "p99_us", "p999_us", "mib"):
        result[key] = {
            "base": statistics.median(run[key] for run in runs[0]),
            "other": statistics.median(run[key] for run in runs[1]),
            "ratio": statistics.median(b[key] / a[key] for a, b in zip(*runs))}
    result["refused"] = [sum(run["refused"] for run in one) for one in runs]
    return result


def print_row(name, result, keys):
    cells = [f"{name:44}"]
    for key in keys:
        one = result[key]
        cells.append(f"{key} {one['base']:9.1f} -> {one['other']:9.1f}  x{one['ratio']:.3f}")
    print("  ".join(cells), flush=True)


def measure(options, folder, stack):
    certs = folder / "certs"
    subprocess.run([options.source / "scripts/make-certs.sh", certs], check=True, capture_output=True)

    def start(*arguments):
        server = Server(options.binaries, *arguments)
        stack.callback(server.stop)
        return server

    plain = start("none", folder)
    results = {}

    def row(name, base, other, keys=("cpu_us",), other_client="client", **arguments):
        arguments = {"client": "client", "connections": 4, "in_flight": 4, "calls": options.calls,
                     **arguments}
        results[name] = compare(options.binaries, certs, options.rounds, (base, arguments),
                                (other, {**arguments, "client": other_client}))
        print_row(name, results[name], keys)

    servers = {entries: start("write", folder, entries) for entries in options.entries}
    first = servers[options.entries[0]]
    row("guarded, against unguarded", plain, first, ("cpu_us", "mib"))
    row("the same, one call at a time", plain, first, connections=1, in_flight=1,
        calls=max(100, options.calls // 4))
    row("the same, 16 connections", plain, first, ("per_second", "cpu_us"), connections=16)
    row("the same, 1,000 calls a second", plain, first, ("p50_us", "p99_us", "p999_us"), in_flight=64,
        rate=1000, calls=max(200, options.calls // 10))
    for entries, server in servers.items():
        if server is not first:
            row(f"{entries} entries, against {options.entries[0]}", first, server, ("cpu_us", "mib"))
    row("a refused call, against an admitted one", first, first, other_client="other-client")
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("--calls", type=int, default=40_000, help="of one run")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--entries", type=int, nargs="+", default=[1, 1000, 100_000, 1_000_000])
    parser.add_argument("--json", type=pathlib.Path, help="write all figures to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        results = measure(options, pathlib.Path(scratch), stack)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="ascii")


main()
