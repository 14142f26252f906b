"""The report in a real browser, from a file: its numbers are those of the trail, it sorts and can be
read in a narrow window, and nothing that a record holds becomes part of the page.

Usage: audit_report_in_a_browser_test.py SOURCE_DIR BIN_DIR
"""

import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from collections import Counter

from selenium.webdriver.common.by import By

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from audit_trail import check_schema  # noqa: E402
from browser import check_silence, start_browser  # noqa: E402
from made_trail import MadeTrail, busy_fortnight  # noqa: E402

POLICY = """version: 1
name: shop
methods:
  /acme.shop.*:
    allow:
      - { cn: "till-*", id: tills }
      - { cn: storefront, id: storefront }
      - { cn: old-batch, id: "<b>old</b>" }
...
"""
HOSTILE = ["<script>document.title='broken'</script>", "</style></td><img src=x onerror=alert(1)>",
           "{{cards}}", "\u202egnp.exe", "a" * 250, "&lt;b&gt;"]


def require(holds, what):
    if not holds:
        sys.exit(f"FAILED: {what}")


def report(programs, page, *arguments, code=0):
    done = subprocess.run([programs / "certgate", "audit", "report", "--html", "--output", page,
                           *arguments], capture_output=True, text=True)
    require(done.returncode == code, f"exit code {done.returncode}: {done.stderr}")
    return page.as_uri()


def number(text):
    return int(text.replace(",", ""))


def table(browser, name):
    """The rows of a table, as lists of texts."""
    return browser.execute_script(
        "return Array.from(document.querySelectorAll(arguments[0]), (row) =>"
        " Array.from(row.cells, (cell) => cell.textContent))", f"#{name} tbody tr")


def cards(browser):
    return {card.find_element(By.TAG_NAME, "dt").text: number(card.find_element(By.TAG_NAME, "dd").text)
            for card in browser.find_elements(By.CLASS_NAME, "card")}


def counts(trail):
    """What the trail holds, found out without certgate: by caller, allowed, observed and denied."""
    callers = {}
    for line in trail.lines:
        record = json.loads(line)
        event = record["event"]
        if event["action"] not in ("authorize", "audit-suppressed") or event["reason"] == "unwritable":
            continue
        caller = record["tls"]["client"]["x509"]["subject"]["common_name"][0]
        kind = ("denied" if event["outcome"] == "failure" else
                "observed" if event["reason"] == "would_deny" else "allowed")
        calls = record["certgate"].get("suppressed", {}).get("count", 1)
        callers.setdefault(caller, Counter())[kind] += calls
    return callers


def check_numbers(browser, trail):
    expected = counts(trail)
    total = sum(expected.values(), Counter())
    shown = cards(browser)
    require(shown["Calls"] == sum(total.values()), f"all calls: {shown}")
    require(shown["Allowed"] == total["allowed"], f"allowed calls: {shown}")
    require(shown["Denied"] == total["denied"], f"denied calls: {shown}")
    require(shown["Let through under observe"] == total["observed"], f"observed calls: {shown}")
    require(shown["Callers"] == len(expected), f"callers: {shown}")
    rows = {row[0]: [number(cell) for cell in (row[1], row[3], row[4], row[5])]
            for row in table(browser, "callers")}
    require(rows == {caller: [sum(of.values()), of["allowed"], of["observed"], of["denied"]]
                     for caller, of in expected.items()}, "each caller has its calls")
    for name in ("callers", "methods"):
        sums = [sum(number(row[column]) for row in table(browser, name)) for column in (1, 3, 4, 5)]
        require(sums == [shown["Calls"], total["allowed"], total["observed"], total["denied"]],
                f"the {name} add up: {sums}")
    require(sum(number(row[3]) for row in table(browser, "denials")) == total["denied"],
            "the denials add up")
    drawn = sum(number(word.split()[0]) for title in
                browser.find_elements(By.CSS_SELECTOR, "svg g title")
                for word in title.get_attribute("textContent").partition(": ")[2].split(", "))
    require(drawn == shown["Calls"], f"{drawn} calls are drawn")


def check_texts(browser):
    text = browser.find_element(By.TAG_NAME, "body").text
    for part in ["The trail is as it was written:", "312 of the denied calls were counted",
                 "41 calls and other events could not be recorded", "1 of 3 entries", "<b>old</b>, line 8",
                 "unknown key `alow`", "peer did not return a certificate"]:
        require(part in text, f"the page says: {part}")
    bad = browser.find_elements(By.CSS_SELECTOR, "#events tr.bad")
    require(len(bad) == 2, "the outage and the refused load are marked")


def check_example(browser, programs, trail_path):
    for row in table(browser, "denials")[:3]:
        shown = subprocess.run([programs / "certgate", "audit", "show", row[-1], trail_path],
                               capture_output=True, text=True)
        require(shown.returncode == 0 and row[0] in shown.stdout, f"`show` knows {row[-1]}: {shown}")


def check_sorting(browser):
    browser.find_element(By.XPATH, "//table[@id='callers']//button[text()='Denied']").click()
    denied = [number(row[5]) for row in table(browser, "callers")]
    require(denied == sorted(denied, reverse=True), f"sorted by denials: {denied}")
    browser.find_element(By.XPATH, "//table[@id='callers']//button[text()='Caller']").click()
    browser.find_element(By.XPATH, "//table[@id='callers']//button[text()='Caller']").click()
    names = [row[0] for row in table(browser, "callers")]
    require(names[0] == "ada", f"sorted by name: {names}")


def check_top(browser, address):
    browser.get(address)
    rows = table(browser, "callers")
    require(len(rows) == 6 and rows[-1][0] == "35 others", f"five callers and the others: {rows}")
    require(sum(number(row[1]) for row in rows) == cards(browser)["Calls"], "they add up all the same")
    browser.find_element(By.XPATH, "//table[@id='callers']//button[text()='Calls']").click()
    require(table(browser, "callers")[-1][0] == "35 others", "the others stay at the end")


def check_narrow(browser, address):
    browser.set_window_size(400, 800)
    browser.get(address)
    width = browser.execute_script("return document.documentElement.scrollWidth")
    inner = browser.execute_script("return document.documentElement.clientWidth")
    require(width <= inner, f"{width} pixels in a window of {inner}")


def hostile_trail(path):
    trail = MadeTrail(str(path))
    start = datetime.datetime(2026, 11, 2, tzinfo=datetime.timezone.utc)
    trail.open(start)
    for at, name in enumerate(HOSTILE):
        trail.call(start + datetime.timedelta(seconds=at), name, f"acme.shop.{name}/{name}",
                   reason="no_matching_rule")
    trail.handshake(start + datetime.timedelta(minutes=1), HOSTILE[0])
    trail.write()
    return trail


def check_hostile(browser, address):
    browser.set_window_size(1200, 800)
    browser.get(address)
    require(browser.title.startswith("Who called what: 2026-11-02 00:00 to"), browser.title)
    require(not browser.find_elements(By.CSS_SELECTOR, "img, b, main script"),
            "nothing of the trail became an element")
    names = {row[0] for row in table(browser, "callers")}
    for name in HOSTILE:
        if name.isascii():
            require(name in names, f"{name} is shown as text: {names}")
    require(not any("\u202e" in name for name in names), "what turns texts around is made visible")


def check_broken(browser, programs, folder, trail):
    path = folder / "broken.jsonl"
    path.write_text("\n".join(trail.lines[:50] + trail.lines[51:]) + "\n", encoding="ascii")
    browser.get(report(programs, folder / "broken.html", path, code=1))
    verdict = browser.find_element(By.CLASS_NAME, "verdict")
    require("bad" in verdict.get_attribute("class") and "not as it was written" in verdict.text,
            verdict.text)
    require("broken.jsonl:51" in verdict.text, f"the line is named: {verdict.text}")


def main():
    programs = pathlib.Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        policy = folder / "policy.yaml"
        policy.write_text(POLICY, encoding="utf-8")
        path = folder / "audit.jsonl"
        trail = busy_fortnight(str(path))
        check_schema(sys.argv[1], [json.loads(line) for line in trail.lines[:200]])
        page = report(programs, folder / "report.html", "--policy", policy, "--top", "1000", path)
        top = report(programs, folder / "top.html", "--top", "5", path)
        hostile_trail(folder / "hostile.jsonl")
        hostile = report(programs, folder / "hostile.html", folder / "hostile.jsonl")
        browser = start_browser(folder)
        try:
            browser.set_window_size(1200, 800)
            browser.get(page)
            check_numbers(browser, trail)
            check_texts(browser)
            check_example(browser, programs, path)
            check_sorting(browser)
            check_top(browser, top)
            check_hostile(browser, hostile)
            check_broken(browser, programs, folder, trail)
            check_narrow(browser, page)
            check_silence(browser)
        finally:
            browser.quit()
    print("the report works from a file")


main()
