"""Reads audit trails as docs/audit.md describes them, with nothing of certgate's own code."""

import hashlib
import json
import os
import re

import jsonschema

GENESIS = "0" * 64
_END = re.compile(
    rb'"chain":\{"previous":"([0-9a-f]{64})"(,"signature":"[A-Za-z0-9+/]{86}==")?'
    rb',"hash":"([0-9a-f]{64})"\}\}\}$')


def read_lines(path):
    """The whole lines of a file, and what stands behind the last one."""
    with open(path, "rb") as file:
        *lines, rest = file.read().split(b"\n")
    return lines, rest


def check_schema(source, records):
    """Checks that each of `records` is as the published schema says."""
    with open(os.path.join(source, "config/audit-record.schema.json"), encoding="ascii") as file:
        schema = jsonschema.Draft7Validator(json.load(file))
    for record in records:
        faults = [f"{list(fault.absolute_path)}: {fault.message}" for fault in schema.iter_errors(record)]
        assert not faults, f"{json.dumps(record)}: {faults}"


def count_denials(records, reason=None, method=None):
    """How many calls were denied: those with a record of their own, and those that records of
    floods count."""
    def is_meant(record, told_reason):
        return (reason in (None, told_reason)
                and method in (None, record.get("rpc", {}).get("method")))
    denials = 0
    for record in records:
        event = record["event"]
        if event["action"] == "authorize" and event["outcome"] == "failure":
            denials += is_meant(record, event["reason"])
        elif event["action"] == "audit-suppressed" and event["reason"] == "flood":
            suppressed = record["certgate"]["suppressed"]
            denials += suppressed["count"] * is_meant(record, suppressed["reason"])
    return denials


def check_chain(lines, previous=GENESIS, sequence=0):
    """Checks that `lines` are the records that follow the record `sequence` with the hash
    `previous`, byte for byte as they were written, and returns them parsed, with the last hash."""
    records = []
    for number, line in enumerate(lines, 1):
        assert len(line) < 16384 and all(32 <= byte < 127 for byte in line), f"line {number}: {line!r}"
        end = _END.search(line)
        assert end, f"line {number} is not chained: {line[-300:]!r}"
        hashed = line[:line.rindex(b',"hash":"')]
        assert hashlib.sha256(hashed).hexdigest() == end[3].decode(), f"line {number} was changed"
        assert end[1].decode() == previous, f"line {number} does not follow the one before"
        record = json.loads(line)
        sequence += 1
        assert record["event"]["sequence"] == sequence, f"line {number}: {record['event']}"
        previous = end[3].decode()
        records.append(record)
    return records, previous
