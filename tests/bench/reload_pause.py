"""What calls notice of a reload: their latency at a fixed rate, with a large policy loaded again and
again meanwhile and without, in turn.

Usage: reload_pause.py SOURCE_DIR BIN_DIR [--entries N] [--calls N] [--rounds N] [--json FILE]

Figures to look at, not a test.
"""

import argparse
import contextlib
import pathlib
import select
import subprocess
import sys
import tempfile
import time

import servers


def reload_until_done(server, client, loads):
    """One load after the other, for as long as the client makes calls."""
    while client.poll() is None and not has_answered(client):
        before = server.ask("reload")["generation"]
        start = time.monotonic()
        while server.ask()["generation"] == before:
            if client.poll() is not None:
                return
            if time.monotonic() > start + 120:
                sys.exit("reload_pause: a load takes more than two minutes")
            time.sleep(0.02)
        loads.append(time.monotonic() - start)


def has_answered(client):
    return bool(select.select([client.stdout], [], [], 0)[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--rate", type=int, default=500, help="calls a second")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path, help="add all figures to this file")
    options = parser.parse_args()
    loads = []
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        folder = pathlib.Path(scratch)
        certs = folder / "certs"
        subprocess.run([options.source / "scripts/make-certs.sh", certs], check=True,
                       capture_output=True)
        small = servers.Server(options.binaries, "write", folder, 1)
        stack.callback(small.stop)
        servers.write_policy(folder / f"policy-{options.entries}.yaml", options.entries)
        start = time.monotonic()
        large = servers.Server(options.binaries, "write", folder, options.entries)
        stack.callback(large.stop)
        first_load = time.monotonic() - start
        per_entry = (large.ask()["mib_now"] - small.ask()["mib_now"]) * 2**20 / options.entries

        def run(meanwhile):
            return lambda: servers.load(options.binaries, large, certs, in_flight=64,
                                        calls=options.calls, how=options.rate, meanwhile=meanwhile)

        result = servers.compare(options.rounds, run(None),
                                 run(lambda client: reload_until_done(large, client, loads)))
    result.pop("quantiles", None)
    servers.print_row(f"while {options.entries} entries are loaded", result,
                      ("p50_us", "p99_us", "p999_us"))
    if not loads:
        sys.exit("reload_pause: no load came to its end while calls were made: make more calls, or load a "
                 "smaller policy")
    longest = max(loads)
    print(f"the server starts with them in {first_load:.2f} s and loads them again {len(loads)} times, in "
          f"{longest:.2f} s at the most; resident memory per entry: {per_entry:.0f} bytes", flush=True)
    if options.json:
        servers.add_results(options.json, reload={**result, "first_load_s": first_load,
                                                  "longest_load_s": longest, "loads": len(loads),
                                                  "bytes_per_entry": per_entry,
                                                  "entries": options.entries})


main()
