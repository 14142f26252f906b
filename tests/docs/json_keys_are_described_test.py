"""Each key of what a subcommand prints with `--format json` stands in the section JSON output of its
manual page.
"""

import json
import pathlib
import re
import sys

import source_copy

BEFORE = """version: 1
name: greeter
methods:
  /helloworld.Greeter/*:
    mode: observe
    allow:
      - { cn: till, id: till, owner: shop@acme.example, reason: sells, expires: 2099-01-31 }
...
"""

AFTER = """version: 1
name: greeter
clients:
  tills:
    - cn: till
methods:
  /helloworld.Greeter/*:
    allow:
      - client: tills
      - { cn: office, expires: 2000-01-31 }
    deny:
      - { cn: till, ou: lost }
revoked:
  - sha256: "3f8598e63361910732d19ba6de7973fd25b7a281d153d0aa2bef60b05b878528"
...
"""

TESTS = """policy: before.yaml
tests:
  - name: the office is refused
    caller: { cn: office }
    method: /helloworld.Greeter/SayHello
    expect: deny
    reason: no_matching_rule
  - name: the till is let in
    caller: { cn: till }
    method: /helloworld.Greeter/SayHello
    expect: allow
    rule: till
"""

ASK = "explain --method /helloworld.Greeter/SayHello"
# Outputs that between them have many keys.
COMMANDS = [
    "check after.yaml",
    f"{ASK} --policy before.yaml --cn till",
    f"{ASK} --policy before.yaml --cn office",
    f"{ASK} --policy after.yaml --cn till --ou lost",
    "test --coverage tests.yaml",
    "diff --verbose --audit audit.jsonl before.yaml after.yaml",
    "matrix after.yaml",
    "import grpc-authz authz.json",
    "audit verify audit.jsonl",
    "audit stats --policy after.yaml audit.jsonl",
]


def keys_of(value):
    if isinstance(value, dict):
        return set(value).union(*(keys_of(each) for each in value.values()))
    return set().union(*(keys_of(each) for each in value)) if isinstance(value, list) else set()


def described_keys(source, subcommand):
    page = pathlib.Path(source, "docs", "man", f"certgate-{subcommand}.1")
    text = page.read_text(encoding="utf-8")
    section = re.search(r"^\.Ss JSON output\n(.*?)(?=^\.S[sh] )", text, re.MULTILINE | re.DOTALL)
    lines = re.findall(r"\bCm (.*)$", section[1], re.MULTILINE) if section else []
    return {word for line in lines for word in line.split()}


def main():
    source, bin_dir = sys.argv[1:3]
    problems = []
    with source_copy.SourceCopy(source, bin_dir) as root:
        for name, text in (("before", BEFORE), ("after", AFTER), ("tests", TESTS)):
            (root.root / f"{name}.yaml").write_text(text, encoding="utf-8")
        for command in COMMANDS:
            result, output = root.run(f"certgate {command} --format json")
            if result >= 2:
                sys.exit(f"$ certgate {command} --format json\n{output}[exit {result}]")
            subcommand = command.split()[0]
            lacking = keys_of(json.loads(output)) - described_keys(source, subcommand)
            if lacking:
                problems.append(f"certgate-{subcommand}.1 does not describe {sorted(lacking)}")
    print("\n".join(problems) or f"the keys of {len(COMMANDS)} outputs are described")
    sys.exit(1 if problems else 0)


main()
