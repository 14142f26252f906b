#!/usr/bin/env python3
"""What docs/integrate.md shows of examples/ is what stands there: the difference between the server
before and after its conversion, and each other piece of code.

Usage: the_conversion_is_shown_test.py SOURCE_DIR BIN_DIR
"""

import difflib
import pathlib
import re
import sys

SOURCE = pathlib.Path(sys.argv[1])
EXAMPLES = SOURCE / "examples"


def code_of(name):
    """Without the comment that begins the file."""
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    return text[text.index("#include"):].splitlines()


def difference():
    lines = difflib.unified_diff(code_of("conversion_before.cc"), code_of("conversion_after.cc"),
                                 lineterm="", n=1)
    # Neither names and dates nor the numbers of lines say anything here.
    return [line if not line.startswith("@@") else "@@" for line in lines][2:]


def blocks(language):
    page = (SOURCE / "docs/integrate.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def main():
    shown, = blocks("diff")
    expected = "\n".join(difference()) + "\n"
    assert shown == expected, f"docs/integrate.md should show\n{expected}"
    examples = [re.sub(r"^ +", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
                for path in sorted(EXAMPLES.glob("*.cc")) + [EXAMPLES / "CMakeLists.txt"]]
    pieces = blocks("cpp") + blocks("cmake")
    assert len(pieces) > 2
    for piece in pieces:
        for part in re.split(r"^ *(?://|#) \[\.\.\.\]\n", piece, flags=re.MULTILINE):
            part = re.sub(r"^ +", "", part, flags=re.MULTILINE)
            assert any(part in text for text in examples), f"no example has\n{part}"


main()
