"""The table of targets says of each figure whether it is met, and of none what was not measured.

Usage: targets_test.py
"""

import targets


def main():
    results = {
        "servers": {
            "guarded": {"cpu_us": {"ratio": 1.2}},
            "connections_16": {"per_second": {"ratio": 0.98}},
            "entries_1000": {"cpu_us": {"ratio": 9.0}},
            "entries_100000": {"cpu_us": {"ratio": 1.01}},
        },
        "authorizer": {"warm_ns": 150, "warm_allocations": 1, "cold_us": 29.9},
        "instructions": {"unguarded": 100, "unrecorded": 104},
    }
    table = {name: (figure, is_met) for name, figure, _, is_met in targets.rows(results)}
    assert len(table) == len(targets.TARGETS), "two targets have one name"

    def expect(part, figure, is_met):
        found = [row for name, row in table.items() if part in name]
        assert found == [(figure, is_met)], f"{part}: {found}"

    expect("CPU a call, guarded with records", 1.2, False)
    expect("CPU a call, guarded without records", None, None)
    expect("instructions a call, guarded without records", 1.04, False)
    expect("over 16 connections", 0.98, True)
    expect("with the largest policy", 1.01, True)
    expect("one warm decision, ns", 150, True)
    expect("allocations", 1, False)
    expect("seen for the first time", 29.9, True)
    expect("p99 of calls during loads", None, None)


main()
