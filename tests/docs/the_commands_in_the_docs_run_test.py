"""The commands that README.md and docs/ show in ```sh blocks run as they stand in the root of the tree.
Those of the guides are sessions, which the_guide_shows_real_output_test.py runs. What builds or tests
the whole tree, and what needs an engine for containers, is run by others: each such block is listed
here.
"""

import gzip
import pathlib
import re
import shutil
import sys

import source_copy

# The command that a block begins with, and who runs it.
ELSEWHERE = {
    "scripts/demo.sh": "a person who wants to see it",
    "scripts/setup.sh test": "scripts/test.sh",
    "cmake --preset release": "docker/Dockerfile, and tests/install for what is installed",
    "cmake --preset fuzz": "scripts/test.sh",
    "CERTGATE_ORACLE_SEED=": "the test oracle, with fewer decisions",
    "scripts/bench.sh": "scripts/test.sh, with `quick`",
    "syslog-ng --syntax-only": "the behaviour test of shippers",
    "docker build": "scripts/test-container.sh, by podman",
    "docker run": "scripts/test-container.sh, by podman",
    "docker/development-files.sh": "scripts/test-container.sh, by podman",
}
PAGES_OF_SESSIONS = {"getting-started.md", "recipes.md", "tool.md"}


def pages(source):
    found = [source / "README.md", source / "CONTRIBUTING.md", source / "SECURITY.md",
             *sorted((source / "docs").glob("*.md"))]
    return [page for page in found if page.name not in PAGES_OF_SESSIONS]


def blocks(page):
    text = page.read_text(encoding="utf-8")
    for match in re.finditer(r"^ *```sh\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL):
        yield match[1], text.count("\n", 0, match.start()) + 1


def promises(block):
    """What comments behind commands say that they print: `# Greeting: Hello Ada`."""
    return re.findall(r"#\s+(Greeting: [^(\n]+|SERVING)", block)


def lay_out_examples(source, root):
    """The policy that README.md shows, under the names that its commands have."""
    readme = (source / "README.md").read_text(encoding="utf-8")
    policy = re.search(r"^```yaml\n(version: 1\n.*?)^```$", readme, re.MULTILINE | re.DOTALL)[1]
    for name in ("policy.yaml", "old.yaml"):
        (root.root / name).write_text(policy, encoding="utf-8")
    (root.root / "new.yaml").write_text(policy.replace("edge-17", "edge-18"), encoding="utf-8")
    shutil.copy(root.root / "certs/ca.crt", root.root / "corp-ca.crt")
    # Closed files of a trail, as certgate and as logrotate name them.
    root.run("test -s audit.jsonl")
    trail = (root.root / "audit.jsonl").read_bytes()
    (root.root / "audit.jsonl.1").write_bytes(trail)
    for name in ("audit.jsonl.2.gz", "audit-20261127T081500Z-00000000000000000001.jsonl.gz"):
        (root.root / name).write_bytes(gzip.compress(trail))


def main():
    source, bin_dir = pathlib.Path(sys.argv[1]), sys.argv[2]
    ran, unused = 0, set(ELSEWHERE)
    with source_copy.SourceCopy(str(source), bin_dir) as root:
        lay_out_examples(source, root)
        for page in pages(source):
            for block, line in blocks(page):
                elsewhere = [begin for begin in ELSEWHERE if begin in block]
                unused -= set(elsewhere)
                if elsewhere:
                    continue
                result, output = root.script(block)
                if result != 0:
                    sys.exit(f"{page.name}:{line}: [exit {result}]\n{output}")
                for promise in promises(block):
                    if promise not in output:
                        sys.exit(f"{page.name}:{line}: no `{promise}` in\n{output}")
                ran += 1
    if unused:
        sys.exit(f"no page shows {', '.join(sorted(unused))} any more")
    print(f"{ran} blocks ran")
    sys.exit(0 if ran > 3 else 1)


main()
