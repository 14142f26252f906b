"""bench_server and load_client: starting them, loading the one with the other, comparing two of them."""

import json
import pathlib
import statistics
import subprocess
import sys

METHOD = "/helloworld.Greeter/*"


def write_policy(path, entries):
    """An allow-list of so many callers, the one that calls in the middle."""
    with open(path, "w", encoding="ascii") as file:
        file.write(f'version: 1\nname: bench\nmethods:\n  "{METHOD}":\n    allow:\n')
        for number in range(entries):
            name = "my-grpc-client" if number == entries // 2 else f"client-{number}"
            file.write(f"      - cn: {name}\n")
        file.write("...\n")


class Server:
    """bench_server, and what it says of itself. `guard` is `none`, `failing`, `write` or
    `unrecorded`; `under` is a command that runs it."""

    def __init__(self, binaries, guard, folder, entries=1, under=()):
        self.policy = folder / f"policy-{entries}.yaml"
        if not self.policy.exists():
            write_policy(self.policy, entries)
        self.guard = guard
        self.audit_file = folder / f"{guard}-{entries}.jsonl"
        program = "bench_server_unrecorded" if guard == "unrecorded" else "bench_server"
        command = [*under, binaries / program, "write" if guard == "unrecorded" else guard,
                   folder / "certs", self.policy, self.audit_file]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{program} does not start")
        self.port = int(line)

    def ask(self, command=""):
        """Microseconds of CPU so far, the memory at its largest and now in MiB, and the number of the
        policy in force; after `reload`, once it was asked for."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        cpu, largest, now, generation = self.process.stdout.readline().split()
        return {"cpu_us": int(cpu), "mib": int(largest) / 1024, "mib_now": int(now) / 1024,
                "generation": int(generation)}

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=600)
        if self.guard == "unrecorded" and b'"action":"authorize"' in self.audit_file.read_bytes():
            sys.exit("bench_server_unrecorded has recorded calls: see tests/bench/unrecorded.cc")


def load(binaries, server, certs, client="client", connections=4, in_flight=4, calls=1000, how=None,
         meanwhile=None):
    """The client's figures of one run, with the server's CPU a call in microseconds. `how` is a rate in
    calls a second, or `stream`; `meanwhile` is called while calls are made."""
    command = [binaries / "load_client", server.port, certs, client, connections, in_flight, calls]
    with subprocess.Popen([str(word) for word in command + ([how] if how else [])],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n", "load_client did not get ready"
        before = server.ask()
        process.stdin.write("go\n")
        process.stdin.flush()
        if meanwhile:
            meanwhile(process)
        figures = json.loads(process.stdout.readline())
        after = server.ask()
    figures["mib"] = after["mib"]
    figures["cpu_us"] = (after["cpu_us"] - before["cpu_us"]) / calls
    figures["per_second"] = calls / figures["seconds"]
    return figures


KEYS = ("cpu_us", "per_second", "p50_us", "p99_us", "p999_us", "mib")


def compare(rounds, base, other):
    """Calls the two in turn, each of which returns figures, and returns the medians of each and of their
    ratios in one round: these figures differ from minute to minute."""
    runs = ([], [])
    for number in range(rounds):
        # Which of them comes first changes, so that neither has always the warmer machine.
        for at in (0, 1) if number % 2 == 0 else (1, 0):
            runs[at].append((base, other)[at]())
    result = {}
    for key in KEYS:
        if key not in runs[0][0]:
            continue
        result[key] = {
            "base": statistics.median(run[key] for run in runs[0]),
            "other": statistics.median(run[key] for run in runs[1]),
            "ratio": statistics.median(b[key] / a[key] for a, b in zip(*runs))}
    result["refused"] = [sum(run["refused"] for run in one) for one in runs]
    for which, name in ((0, "base"), (1, "other")):
        if "quantiles" in runs[which][0]:
            result.setdefault("quantiles", {})[name] = [
                [part, statistics.median(run["quantiles"][at][1] for run in runs[which])]
                for at, (part, _) in enumerate(runs[which][0]["quantiles"])]
    return result


def print_row(name, result, keys):
    cells = [f"{name:44}"]
    for key in keys:
        one = result[key]
        cells.append(f"{key} {one['base']:9.1f} -> {one['other']:9.1f}  x{one['ratio']:.3f}")
    print("  ".join(cells), flush=True)


def add_results(path, **sections):
    """Adds to the JSON file what was measured."""
    path = pathlib.Path(path)
    results = json.loads(path.read_text(encoding="ascii")) if path.exists() else {}
    for name, section in sections.items():
        results.setdefault(name, {}).update(section)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="ascii")
