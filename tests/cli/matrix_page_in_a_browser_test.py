"""The matrix page in a real browser, from a file: its cells, filters and links work, and nothing
that a policy holds becomes part of the page.

Usage: matrix_page_in_a_browser_test.py SOURCE_DIR BIN_DIR
"""

import os
import pathlib
import subprocess
import sys
import tempfile

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from browser import check_silence, start_browser  # noqa: E402

HOSTILE = """version: 1
name: "<b>shop</b>"
methods:
  /acme.shop.Orders/Place:
    allow:
      - { cn: "<script>document.title='broken'</script>", id: "\\"><img src=x onerror=alert(1)>" }
  /acme.shop.Orders/List:
    allow:
      - cn: "{{body}}"
...
"""


def require(holds, what):
    if not holds:
        sys.exit(f"FAILED: {what}")


def make_page(programs, policy, page):
    subprocess.run([programs / "certgate", "matrix", policy, "--format", "html", "--output", page],
                   check=True)
    return page.as_uri()


def shown_rows(browser):
    return [row.find_element(By.TAG_NAME, "th").text
            for row in browser.find_elements(By.CSS_SELECTOR, "tbody tr") if row.is_displayed()]


def shown_methods(browser):
    return [head.text for head in browser.find_elements(By.CSS_SELECTOR, "thead th")[1:]
            if head.is_displayed()]


def cell(browser, callers, method):
    heads = [head.get_attribute("textContent")
             for head in browser.find_elements(By.CSS_SELECTOR, "thead th")]
    for row in browser.find_elements(By.CSS_SELECTOR, "tbody tr"):
        if row.find_element(By.TAG_NAME, "th").text == callers:
            return row.find_elements(By.CSS_SELECTOR, "th, td")[heads.index(method)]
    sys.exit(f"FAILED: no row {callers}")


def check_cells_and_links(browser):
    say_hello = "/helloworld.Greeter/SayHello"
    require(cell(browser, "client `edge`", say_hello).get_attribute("class") == "allowed",
            "edge may call SayHello")
    require(cell(browser, "cn `edge-17`", say_hello).get_attribute("class") == "denied",
            "the lost laptop is denied")
    require(cell(browser, "any caller", say_hello).text == "–", "nobody else may")
    link = cell(browser, "cn `edge-17`", say_hello).find_element(By.TAG_NAME, "a")
    link.click()
    target = browser.find_element(By.CSS_SELECTOR, "li:target")
    require("cn: edge-17" in target.text, "the link leads to the line of the rule")
    mark = target.value_of_css_property("background-color")
    other = browser.find_element(By.ID, "L1").value_of_css_property("background-color")
    require(mark != other, "the line is marked")


def check_filters(browser):
    everything = shown_rows(browser)
    browser.find_element(By.ID, "callers").send_keys("EDGE")
    require(shown_rows(browser) == ["client `edge`", "cn `edge-17`"], "callers are filtered")
    browser.find_element(By.ID, "methods").send_keys("whoami")
    require(shown_methods(browser) == ["/certgate.v1.CallerService/WhoAmI"],
            "methods are filtered")
    require("2 of 5" in browser.find_element(By.ID, "count").text, "the rest is counted")
    address = browser.current_url
    require(address.endswith("#filter=EDGE&methods=whoami"), f"the address says so: {address}")
    browser.get("about:blank")
    browser.get(address)
    require(shown_rows(browser) == ["client `edge`", "cn `edge-17`"], "the address filters")
    browser.find_element(By.ID, "callers").send_keys(Keys.BACKSPACE * len("EDGE"))
    browser.find_element(By.ID, "methods").send_keys(Keys.BACKSPACE * len("whoami"))
    require(shown_rows(browser) == everything, "without a filter all are shown")
    require("#" not in browser.current_url, "without a filter the address has none")


def check_hostile(browser, address):
    browser.get(address)
    require(browser.title == "<b>shop</b>: who may call what", f"the title is {browser.title}")
    require(not browser.find_elements(By.CSS_SELECTOR, "img, b, tbody script"),
            "nothing of the policy became an element")
    require("cn `<script>document.title='broken'</script>`" in shown_rows(browser),
            "the hostile name is shown as text")
    require("cn `{{body}}`" in shown_rows(browser), "a name like a placeholder stays as it is")


def main():
    source, programs = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        sample = make_page(programs, source / "policy/policy.yaml", folder / "matrix.html")
        policy = folder / "hostile.yaml"
        policy.write_text(HOSTILE, encoding="utf-8")
        hostile = make_page(programs, policy, folder / "hostile.html")
        browser = start_browser(folder)
        try:
            browser.get(sample)
            check_cells_and_links(browser)
            check_filters(browser)
            check_hostile(browser, hostile)
            check_silence(browser)
        finally:
            browser.quit()
    print("the page works from a file")


main()
