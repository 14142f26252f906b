#!/usr/bin/env python3
"""The alert rules are valid and fire when their tests say; and what they and the Grafana dashboard
ask for are metrics that docs/operations.md describes, as it describes each alert.

Usage: alerts_and_panels_ask_for_what_there_is_test.py SOURCE_DIR BIN_DIR
"""

import json
import os
import re
import subprocess
import sys
import tempfile

import yaml

SOURCE = sys.argv[1]
RULES = os.path.join(SOURCE, "config/prometheus/certgate.rules.yaml")
RULE_TESTS = os.path.join(SOURCE, "config/prometheus/certgate.rules.test.yaml")
DASHBOARD = os.path.join(SOURCE, "config/grafana/certgate.json")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def documented(pattern):
    return set(re.findall(r"^\| `(" + pattern + r")", read(os.path.join(SOURCE, "docs/operations.md")),
                          re.MULTILINE))


def promtool(*arguments):
    run = subprocess.run(["promtool", *arguments], capture_output=True, text=True)
    assert run.returncode == 0, f"promtool {arguments}:\n{run.stdout}{run.stderr}"
    return run.stdout


def metrics_of(expression):
    return {re.sub(r"_(bucket|sum|count)$", "", name) if "duration_seconds" in name else name
            for name in re.findall(r"\bcertgate_\w+", expression)}


def alerts_fire():
    promtool("check", "rules", RULES)
    promtool("test", "rules", RULE_TESTS)
    (group,) = yaml.safe_load(read(RULES))["groups"]
    alerts = {rule["alert"]: rule for rule in group["rules"]}
    checks = [check for test in yaml.safe_load(read(RULE_TESTS))["tests"]
              for check in test["alert_rule_test"]]
    fired = {check["alertname"] for check in checks if check["exp_alerts"]}
    assert fired == set(alerts), fired ^ set(alerts)
    assert documented(r"Certgate\w+") == set(alerts), documented(r"Certgate\w+") ^ set(alerts)
    for name, rule in alerts.items():
        unknown = metrics_of(rule["expr"]) - documented(r"certgate_\w+")
        assert not unknown, f"{name} asks for {unknown}"
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}, rule


def panels():
    return [panel for panel in json.loads(read(DASHBOARD))["panels"] if panel["type"] != "row"]


def panels_show_every_metric():
    shown = set()
    for panel in panels():
        for target in panel["targets"]:
            shown |= metrics_of(target["expr"])
    assert shown == documented(r"certgate_\w+"), shown ^ documented(r"certgate_\w+")


def queries_of_panels_are_valid():
    """As rules, since these are what promtool checks."""
    expressions = [target["expr"] for panel in panels() for target in panel["targets"]]
    rules = [{"record": f"panel:{number}", "expr": expression.replace("$__rate_interval", "5m")}
             for number, expression in enumerate(expressions)]
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, "panels.yaml")
        with open(path, "w", encoding="utf-8") as file:
            yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}, file)
        found = promtool("check", "rules", path)
    assert f"{len(expressions)} rules found" in found, found


def panels_lie_side_by_side():
    taken = {}
    for panel in json.loads(read(DASHBOARD))["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in taken, f"{panel['title']} lies on {taken[(x, y)]}"
                taken[(x, y)] = panel["title"]
    identifiers = [panel["id"] for panel in json.loads(read(DASHBOARD))["panels"]]
    assert len(set(identifiers)) == len(identifiers), identifiers


alerts_fire()
panels_show_every_metric()
queries_of_panels_are_valid()
panels_lie_side_by_side()
