"""How long the answers of certgate take on the sample policy.

Usage: tool_latency.py SOURCE_DIR BIN_DIR

Prints for each command the median and the slowest of 30 runs, start of the process included. A
figure to look at, not a test: nothing fails but a command that cannot run.
"""

import pathlib
import statistics
import subprocess
import sys
import time

RUNS = 30

source = pathlib.Path(sys.argv[1])
certgate = pathlib.Path(sys.argv[2], "certgate")
policy = source / "policy/policy.yaml"
commands = {
    "check": ["check", policy],
    "explain": ["explain", "--policy", policy, "--method", "/helloworld.Greeter/SayHello",
                "--cn", "my-grpc-client", "--ou", "payments"],
    "test": ["test", source / "policy/tests/greeter_test.yaml"],
    "diff": ["diff", policy, policy],
    "matrix": ["matrix", policy],
}

for name, arguments in commands.items():
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        result = subprocess.run([certgate, *arguments], capture_output=True, check=False)
        times.append((time.perf_counter() - start) * 1000)
        if result.returncode != 0:
            sys.exit(f"certgate {name} ended with {result.returncode}: {result.stderr.decode()}")
    print(f"{name:8} {statistics.median(times):6.1f} ms median {max(times):6.1f} ms slowest")
