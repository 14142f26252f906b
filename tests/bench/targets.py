"""What was measured, beside what certgate aims at.

Usage: targets.py RESULTS.json

Reads what the other programs of this folder have added to the file, and says of each figure whether
it is within its target. It never fails: figures are for people.
"""

import json
import pathlib
import sys


def ratio(section, key):
    return lambda results: results["servers"][section][key]["ratio"]


def of_instructions(one, other):
    return lambda results: results["instructions"][one] / results["instructions"][other]


def of_largest_policy(results):
    """Against one entry: of the servers with more, the one with most."""
    names = [name for name in results["servers"] if name.startswith("entries_")]
    largest = max(names, key=lambda name: int(name.removeprefix("entries_")))
    return results["servers"][largest]["cpu_us"]["ratio"]


# What, how it is found, the target, and whether the figure must not be below it (else not above).
TARGETS = (
    ("server CPU a call, guarded with records, against unguarded", ratio("guarded", "cpu_us"), 1.10, False),
    ("server CPU a call, guarded without records, against unguarded", ratio("unrecorded", "cpu_us"), 1.03,
     False),
    ("instructions a call, guarded without records, against unguarded",
     of_instructions("unrecorded", "unguarded"), 1.03, False),
    ("instructions a call with a large policy, against 1 entry", of_instructions("many_entries", "guarded"),
     1.05, False),
    ("server CPU a call with the largest policy, against 1 entry", of_largest_policy, 1.05, False),
    ("one warm decision, ns", lambda results: results["authorizer"]["warm_ns"], 150, False),
    ("allocations of one warm decision", lambda results: results["authorizer"]["warm_allocations"], 0,
     False),
    ("a certificate seen for the first time, us", lambda results: results["authorizer"]["cold_us"], 30,
     False),
    ("a refused call, against an admitted one", ratio("refused", "cpu_us"), 1, False),
    ("calls a second over 16 connections, against unguarded", ratio("connections_16", "per_second"), 0.97,
     True),
    ("a message on an open stream, against unguarded", ratio("stream", "cpu_us"), 1.03, False),
    ("load of the largest policy, s", lambda results: results["reload"]["longest_load_s"], 8, False),
    ("p99 of calls during loads, against without", lambda results: results["reload"]["p99_us"]["ratio"], 2,
     False),
    ("running streams decided again, ms", lambda results: results["streams"]["kept_ms"], 50, False),
    ("memory of a compiled entry, bytes", lambda results: results["policy"]["bytes_per_entry"], 120, False),
)


def rows(results):
    """One for each target: its name, the figure or nothing where it was not measured, the target, and
    whether it is met."""
    for name, find, target, at_least in TARGETS:
        try:
            figure = find(results)
        except (KeyError, ValueError):
            yield name, None, target, None
            continue
        yield name, figure, target, figure >= target if at_least else figure <= target


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    results = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="ascii"))
    print(f"{'':64} {'measured':>10} {'target':>8}")
    for name, figure, target, is_met in rows(results):
        shown = "-" if figure is None else f"{figure:.3f}"
        print(f"{name:64} {shown:>10} {target:>8}  {'' if is_met is None else 'met' if is_met else 'not met'}")


if __name__ == "__main__":
    main()
