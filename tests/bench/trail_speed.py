"""How long `certgate audit` takes to read a large trail.

Usage: trail_speed.py BIN_DIR [CALLS]

Writes the file of a trail with that many calls (default: 1,000,000, about 1.3 GB) to a temporary
folder, and prints what each command takes. A figure to look at, not a test: nothing fails but a
command that cannot run.
"""

import pathlib
import subprocess
import sys
import tempfile
import time

bin_dir = pathlib.Path(sys.argv[1])
calls = sys.argv[2] if len(sys.argv) > 2 else "1000000"
commands = {
    "verify": ["verify"],
    "query, one caller": ["query", "--caller", "till-7"],
    "query, the denied": ["query", "--decision", "denied"],
    "query, the last": ["query", "--limit", "10"],
    "show": ["show", "01JDC7V9Z8W2M4T60000000007"],
    "stats": ["stats"],
}

with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "audit.jsonl")
    with path.open("wb") as file:
        subprocess.run([bin_dir / "make_trail", calls], stdout=file, check=True)
    megabytes = path.stat().st_size / 1e6
    for name, arguments in commands.items():
        start = time.perf_counter()
        result = subprocess.run([bin_dir / "certgate", "audit", *arguments, path],
                                stdout=subprocess.DEVNULL, check=False)
        seconds = time.perf_counter() - start
        if result.returncode != 0:
            sys.exit(f"certgate audit {name} ended with {result.returncode}")
        print(f"{name:18} {seconds:6.2f} s {megabytes / seconds:7.0f} MB/s")
