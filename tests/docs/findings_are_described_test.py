"""certgate-check.1 lists the rules that `certgate check` knows, no more and no fewer."""

import json
import pathlib
import re
import subprocess
import sys


def known_rules(source, bin_dir):
    report = subprocess.run(
        [f"{bin_dir}/certgate", "check", "--format", "sarif", f"{source}/policy/policy.yaml"],
        text=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True).stdout
    return {rule["id"] for run in json.loads(report)["runs"]
            for rule in run["tool"]["driver"]["rules"]}


def described_rules(source):
    page = pathlib.Path(source, "docs/man/certgate-check.1").read_text(encoding="utf-8")
    section = page.partition("\n.Ss Findings\n")[2].partition("\n.S")[0]
    lines = re.findall(r"^\.It Cm (.*)$", section, re.MULTILINE)
    return {rule for line in lines for rule in line.split(" , ")}


def main():
    known = known_rules(*sys.argv[1:3])
    described = described_rules(sys.argv[1])
    if not known or known != described:
        sys.exit(f"not described: {sorted(known - described)}\n"
                 f"do not exist: {sorted(described - known)}")
    print(f"{len(known)} rules are described")


main()
