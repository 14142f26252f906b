#!/usr/bin/env python3
"""Doxygen makes the reference of the API of the public headers, without a warning, and each of
their classes and structures has a text.

Usage: the_api_documentation_has_no_warnings_test.py SOURCE_DIR BIN_DIR
"""

import pathlib
import subprocess
import sys
import tempfile
from xml.etree import ElementTree

SOURCE = pathlib.Path(sys.argv[1])


def main():
    with tempfile.TemporaryDirectory() as scratch:
        settings = (SOURCE / "docs/Doxyfile").read_text(encoding="utf-8")
        settings += f"OUTPUT_DIRECTORY = {scratch}\nGENERATE_XML = YES\n"
        run = subprocess.run(["doxygen", "-"], input=settings, cwd=SOURCE, capture_output=True,
                             text=True)
        assert run.returncode == 0 and not run.stderr, run.stderr
        compounds = [ElementTree.parse(file).getroot().find("compounddef")
                     for pattern in ("class*.xml", "struct*.xml")
                     for file in sorted(pathlib.Path(scratch, "xml").glob(pattern))]
        pages = {page.name for page in pathlib.Path(scratch, "html").glob("*.html")}
    silent = [one.findtext("compoundname") for one in compounds
              if not any("".join(text.itertext()).strip()
                         for text in one.findall("briefdescription")
                         + one.findall("detaileddescription"))]
    assert len(compounds) > 20 and not silent, f"without a text: {silent}"
    for header in (SOURCE / "include/certgate").glob("*.h"):
        name = header.stem.replace("_", "__") + "_8h"
        assert any(page.startswith(name) for page in pages), f"there is no page of {header.name}"
    assert "classcertgate_1_1ServerBuilder.html" in pages, sorted(pages)


main()
