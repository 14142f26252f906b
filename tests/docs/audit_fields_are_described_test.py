"""Each field that the schema of audit records knows stands in a table of docs/audit.md, and each
field in these tables is in the schema. The examples there are valid but for their chains.

Usage: audit_fields_are_described_test.py SOURCE_DIR BIN_DIR
"""

import json
import pathlib
import re
import sys

import jsonschema

HASH = "0" * 64


def leaves(schema, part, path=""):
    """The names of all fields without members below `part`."""
    if "$ref" in part:
        part = schema["definitions"][part["$ref"].rpartition("/")[2]]
    for one in part.get("allOf", []):
        yield from leaves(schema, one, path)
    if "properties" not in part:
        yield path
        return
    for name, member in part["properties"].items():
        yield from leaves(schema, member, f"{path}.{name}" if path else name)


def fields_of(schema):
    fields = set()
    for kind in schema["properties"]["event"]["properties"]["action"]["enum"]:
        definition = schema["definitions"][kind.replace("-", "_")]
        for name, member in definition["properties"].items():
            fields |= set(leaves(schema, member, name))
    return fields


def described(text):
    """The names in the first column of the tables of fields."""
    fields = set()
    for table in re.findall(r"^\| field \|.*\n(?:\|.*\n)+", text, re.MULTILINE):
        for row in table.splitlines()[2:]:
            fields |= set(re.findall(r"`([^`]+)`", row.split("|")[1]))
    return fields


def examples(text):
    return [json.loads(block) for block in re.findall(r"```json\n(\{.*?)```", text, re.DOTALL)]


def main():
    source = pathlib.Path(sys.argv[1])
    schema = json.loads((source / "config/audit-record.schema.json").read_text(encoding="ascii"))
    text = (source / "docs/audit.md").read_text(encoding="utf-8")
    known, told = fields_of(schema), described(text)
    assert known - told == set(), f"not in docs/audit.md: {sorted(known - told)}"
    assert told - known == set(), f"not in the schema: {sorted(told - known)}"
    validator = jsonschema.Draft7Validator(schema)
    count = 0
    for record in examples(text):
        record["certgate"]["chain"] = {"previous": HASH, "hash": HASH}
        faults = [f"{list(fault.absolute_path)}: {fault.message}"
                  for fault in validator.iter_errors(record)]
        assert not faults, f"{record['event']['id']}: {faults}"
        count += 1
    assert count >= 8, count
    print(f"{len(known)} fields and {count} examples are as the schema says")


main()
