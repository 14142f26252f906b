"""Each link in a Markdown file of the tree leads to a file, and to a heading in it, that exist. Links
to the web are not followed.
"""

import pathlib
import re
import sys
import urllib.parse

# What is generated or comes from elsewhere.
SKIPPED = {"build", "certs", ".git", ".ccache", "node_modules"}

FENCE = re.compile(r"^ {0,3}(```+|~~~+).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
INLINE_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
LINK_DEFINITION = re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?\s*$", re.MULTILINE)
HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$", re.MULTILINE)


def without_code(text):
    """The text with code replaced by line breaks, so that line numbers stay right."""
    blank = lambda match: re.sub(r"[^\n]", " ", match[0])
    return CODE.sub(blank, FENCE.sub(blank, text))


def anchors(text):
    """The anchors that forges give to the headings: lower case, `-` for a blank, `-1` if it is there
    already."""
    seen = {}
    found = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        anchor = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        number = seen.get(anchor, 0)
        seen[anchor] = number + 1
        found.add(f"{anchor}-{number}" if number else anchor)
    return found


def why_broken(file, target):
    """Why the link `target` in `file` leads nowhere; empty if it leads somewhere."""
    path, _, anchor = urllib.parse.unquote(target).partition("#")
    aim = (file.parent / path) if path else file
    if not aim.exists():
        return "no such file"
    if anchor and aim.suffix == ".md" and anchor not in anchors(aim.read_text(encoding="utf-8")):
        return "no such heading"
    return ""


def main():
    source = pathlib.Path(sys.argv[1]).resolve()
    files = [file for file in sorted(source.rglob("*.md"))
             if not SKIPPED & set(file.relative_to(source).parts)]
    problems, count = [], 0
    for file in files:
        text = without_code(file.read_text(encoding="utf-8"))
        for link in (*INLINE_LINK.finditer(text), *LINK_DEFINITION.finditer(text)):
            if re.match(r"[a-z][a-z0-9+.-]*:", link[1]):
                continue  # https: and the like
            count += 1
            why = why_broken(file, link[1])
            if why:
                line = text.count("\n", 0, link.start()) + 1
                problems.append(f"{file.relative_to(source)}:{line}: {link[1]}: {why}")
    print("\n".join(problems) or f"{count} links in {len(files)} files lead somewhere")
    # Without a link the test would have read nothing.
    sys.exit(1 if problems or count == 0 else 0)


main()
