"""`certgate check --format sarif` writes what the SARIF 2.1.0 standard asks of a log file.

Usage: check_writes_sarif_test.py SOURCE_DIR BIN_DIR
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse

SOURCE, PROGRAMS = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])

POLICY = """version: 1
name: "größer"
methods:
  /acme.shop.Orders/Place:
    allow: [ { ou: [a, "größer"] }, { cn: a, ou: a } ]
...
"""


def check(folder, *arguments):
    result = subprocess.run([PROGRAMS / "certgate", "check", "--format", "sarif", *arguments],
                            cwd=folder, stdout=subprocess.PIPE, check=False)
    return result.returncode, json.loads(result.stdout.decode("utf-8"))


def the_only_run(log):
    """The run of a log file, after the checks of section 3.13 and 3.14."""
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    assert set(run) == {"tool", "columnKind", "results"}
    assert run["columnKind"] == "unicodeCodePoints"
    return run


def rules_of(run):
    """The names of the rules, after the checks of section 3.19 and 3.49."""
    driver = run["tool"]["driver"]
    assert driver["name"] == "certgate"
    assert driver["version"].count(".") == 2
    for rule in driver["rules"]:
        assert set(rule) == {"id", "shortDescription", "help", "defaultConfiguration"}
        assert rule["shortDescription"]["text"] and rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    names = [rule["id"] for rule in driver["rules"]]
    assert len(set(names)) == len(names)
    return names


def results_of(run):
    """(rule, level, file, line, column) of each result, after the checks of section 3.27."""
    names = rules_of(run)
    found = []
    for result in run["results"]:
        assert names[result["ruleIndex"]] == result["ruleId"]
        assert result["message"]["text"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        uri = physical["artifactLocation"]["uri"]
        assert urllib.parse.quote(urllib.parse.unquote(uri), safe="/:") == uri
        region = physical.get("region", {})
        assert all(isinstance(value, int) and value > 0 for value in region.values())
        found.append((result["ruleId"], result["level"], uri, region.get("startLine"),
                      region.get("startColumn")))
    return found


def main():
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        (base / "in folder").mkdir()
        (base / "in folder" / "größer 100%.yaml").write_text(POLICY, encoding="utf-8")
        (base / "wrong.yaml").write_text("version: 1\n", encoding="utf-8")

        code, log = check(folder, "./in folder/größer 100%.yaml", "wrong.yaml", "missing.yaml")
        found = results_of(the_only_run(log))
        assert code == 3
        # The column counts characters, not bytes.
        expected = [
            ("pointless-entry", "warning", "in%20folder/gr%C3%B6%C3%9Fer%20100%25.yaml", 5, 37),
            ("policy-error", "error", "wrong.yaml", 1, 1),
            ("policy-error", "error", "wrong.yaml", 1, 1),
            ("policy-error", "error", "missing.yaml", None, None)]
        assert found == expected, found

        code, log = check(folder, str(base / "wrong.yaml"))
        assert code == 3
        assert results_of(the_only_run(log))[0][2] == f"file://{base.resolve()}/wrong.yaml"

        code, log = check(folder, SOURCE / "policy" / "policy.yaml")
        assert code == 0
        assert results_of(the_only_run(log)) == []
    print("the SARIF is as it should be")


main()
