"""Usage: schema_is_valid_test.py SCHEMA...

Checks that each SCHEMA is a JSON Schema by the meta-schema of draft-07, that all its references lead
somewhere, and that all its patterns are regular expressions that mean one thing to all readers.
"""
import json
import re
import sys

import jsonschema

# What Python, JavaScript with the flag `u`, C++ and RE2 read alike: no lookaround, no classes by
# letter, no escapes but of what would mean something else, and of control characters.
PORTABLE = re.compile(r"(?:\\[*.\[\]]|\\x[0-9a-f]{2}|\((?!\?)|[^\\(])*")


def subschemas(schema):
    """The schema, and whatever lies in it that may be a schema."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from subschemas(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from subschemas(value)


def check_reference(schema, reference):
    assert reference.startswith("#/definitions/"), reference
    assert reference.removeprefix("#/definitions/") in schema["definitions"], reference


def check_pattern(pattern):
    re.compile(pattern)
    assert PORTABLE.fullmatch(pattern), f"not portable: {pattern}"


def main(path):
    with open(path, encoding="utf-8") as file:
        schema = json.load(file)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#", schema["$schema"]
    jsonschema.Draft7Validator.check_schema(schema)
    used = set()
    patterns = 0
    for part in subschemas(schema):
        if isinstance(part.get("$ref"), str):
            check_reference(schema, part["$ref"])
            used.add(part["$ref"].removeprefix("#/definitions/"))
            assert len(part) == 1, f"draft-07 ignores what stands beside $ref: {part}"
        if isinstance(part.get("pattern"), str):
            check_pattern(part["pattern"])
            patterns += 1
    assert used == set(schema["definitions"]), set(schema["definitions"]) - used
    assert patterns > 0
    print(f"{path} is valid: {len(used)} definitions, {patterns} patterns")


for schema_path in sys.argv[1:]:
    main(schema_path)
