#!/usr/bin/env python3
"""Each threat of docs/threat-model.md names tests, and all of them are there.

Usage: each_threat_has_its_tests_test.py SOURCE_DIR BIN_DIR
"""

import pathlib
import re
import sys

SOURCE = pathlib.Path(sys.argv[1])


def main():
    page = (SOURCE / "docs/threat-model.md").read_text(encoding="utf-8")
    table = page.split("| threat | answer | test |\n", 1)[1].splitlines()[1:]
    files = {str(path.relative_to(SOURCE)) + ("/" if path.is_dir() else "")
             for path in (SOURCE / "tests").rglob("*")}
    threats = 0
    for row in table:
        if not row.startswith("|"):
            break
        threat, _, tests = (cell.strip() for cell in row.strip("|").split("|"))
        named = re.findall(r"`([^`]+)`", tests)
        assert named, f"no test of: {threat}"
        for name in named:
            # The second of two in one folder is named without it.
            assert any(file == name or file.endswith("/" + name) for file in files), (
                f"{threat}: there is no {name}")
        threats += 1
    assert threats > 20, f"{threats} threats"


main()
