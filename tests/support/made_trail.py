"""Writes audit trails of any story, chained as docs/audit.md says."""

import datetime
import hashlib
import json
import random

from audit_trail import GENESIS

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VERSION = "sha256:" + "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"


class MadeTrail:
    """Records are appended in the order of their times."""

    def __init__(self, path, seed=1):
        self._path = path
        self._random = random.Random(seed)
        self._previous = GENESIS
        self._sequence = 0
        self.lines = []

    def write(self):
        with open(self._path, "w", encoding="ascii") as file:
            file.write("".join(line + "\n" for line in self.lines))

    def call(self, time, caller, method, rule=None, reason=None, unit="payments", **certgate):
        """Allowed by `rule`, or denied for `reason`."""
        allowed = reason in (None, "would_deny")
        self._add(time, "authorize", "network", ["access", "allowed" if allowed else "denied"],
                  allowed, reason or "allowed",
                  f"{caller} {'allowed' if allowed else 'denied'} /{method}",
                  {"rule": {**({"name": rule} if rule else {}), "ruleset": "shop", "version": VERSION},
                   "rpc": {"system": "grpc", "method": method},
                   "source": {"address": "192.0.2.7", "ip": "192.0.2.7", "port": 46924},
                   "tls": {**self._certificate(caller, unit), "resumed": False}},
                  {"mode": "observe" if reason == "would_deny" else "enforce",
                   **({"observed_reason": "no_matching_rule"} if reason == "would_deny" else {}),
                   **certgate})

    def flood(self, time, caller, method, count):
        self._add(time, "audit-suppressed", "network", ["access", "denied"], False, "flood",
                  f"{count} more calls of {caller} denied to /{method}",
                  {"rpc": {"system": "grpc", "method": method},
                   "tls": {"client": {"subject": f"CN={caller}", "hash": {"sha256": self._sha256(caller)},
                                      "x509": {"subject": {"common_name": [caller]}}}}},
                  {"suppressed": {"count": count, "since": stamp(time), "until": stamp(time),
                                  "reason": "no_matching_rule"}})

    def outage(self, time, count):
        self._add(time, "audit-suppressed", "process", ["info"], False, "unwritable",
                  f"{count} records could not be written and their calls were refused since "
                  f"{stamp(time)}: No space left on device",
                  {"error": {"message": "No space left on device"}},
                  {"suppressed": {"count": count, "since": stamp(time), "until": stamp(time)}})

    def load(self, time, generation, is_good=True, gained=(), lost=()):
        message = (f"policy shop loaded (generation {generation}, file change): {len(gained)} gained, "
                   f"{len(lost)} lost access" if is_good else
                   f"policy, client CAs and CRLs refused (file change), generation {generation} stays in "
                   "force: policy.yaml:8:5: unknown key `alow`")
        self._add(time, "policy-load", "configuration", ["change"], is_good,
                  "loaded" if is_good else "refused", message,
                  {"rule": {"ruleset": "shop", "version": VERSION},
                   **({} if is_good else {"error": {"message": "policy.yaml:8:5: unknown key `alow`"}})},
                  {"load": {"part": "rules", "trigger": "file change", "generation": generation,
                            "count": {"files": 1, "gained": len(gained), "lost": len(lost), "remarks": 0,
                                      "errors": 0 if is_good else 1}}})

    def handshake(self, time, cause, count=1):
        self._add(time, "tls-handshake", "network", ["connection", "denied"], False, None,
                  f"a TLS handshake failed: {cause}",
                  {"error": {"message": cause}}, {"handshake": {"count": count, "since": stamp(time)}})

    def open(self, time):
        self._own(time, "audit-open", "start", "start", {"durability": "write", "process": 4711})

    def close(self, time):
        self._own(time, "audit-close", "end", "stop", {"records": self._sequence + 1})

    def _own(self, time, action, kind, reason, trail):
        self._add(time, action, "process", [kind], True, reason, f"the audit trail {action}", {},
                  {"trail": {"place": self._path, **trail}})

    def _certificate(self, caller, unit):
        return {"client": {
            "subject": f"CN={caller},OU={unit},O=Acme", "issuer": "CN=Acme Internal CA",
            "not_before": "2026-01-01T00:00:00Z", "not_after": "2027-01-01T00:00:00Z",
            "hash": {"sha256": self._sha256(caller)},
            "x509": {"serial_number": "0A1B2C",
                     "subject": {"common_name": [caller], "organizational_unit": [unit],
                                 "organization": ["Acme"]},
                     "issuer": {"common_name": ["Acme Internal CA"]}}}}

    @staticmethod
    def _sha256(caller):
        return hashlib.sha256(caller.encode("utf-8", "surrogatepass")).hexdigest()

    def _id(self):
        return "0" + "".join(self._random.choices(ALPHABET, k=25))

    def _add(self, time, action, category, types, is_success, reason, message, fields, certgate):
        self._sequence += 1
        event = {"kind": "event", "category": [category], "type": types, "action": action,
                 "outcome": "success" if is_success else "failure",
                 **({"reason": reason} if reason else {}), "id": self._id(),
                 "sequence": self._sequence}
        record = {"@timestamp": stamp(time), "ecs": {"version": "8.17"}, "event": event,
                  "message": message, **fields,
                  "service": {"name": "shop-server", "version": "2.3.0"}, "certgate": certgate}
        text = json.dumps(record, separators=(",", ":"), ensure_ascii=True)
        hashed = text[:-2] + ',"chain":{"previous":"' + self._previous + '"'
        self._previous = hashlib.sha256(hashed.encode()).hexdigest()
        self.lines.append(hashed + ',"hash":"' + self._previous + '"}}}')


def stamp(time):
    return time.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def busy_fortnight(path, policy_rules=("tills", "storefront", "operators")):
    """Fourteen days of a shop with some forty callers, with nights and weekends, a client that was
    misconfigured, a flood, an outage and a few loads. Returns the trail, written."""
    made = MadeTrail(path)
    pick = random.Random(7)
    start = datetime.datetime(2026, 11, 2, tzinfo=datetime.timezone.utc)
    methods = [f"acme.shop.{service}/{method}" for service, of_service in (
        ("Orders", ("Place", "Cancel", "List")), ("Stock", ("List", "Reserve", "Watch")),
        ("Payments", ("Charge", "Refund")), ("Reports", ("Daily", "Export")),
        ("Customers", ("Find", "Update"))) for method in of_service]
    callers = [f"till-{number}" for number in range(1, 31)] + [
        "storefront", "stock-sync", "mobile-gateway", "payments-worker", "nightly-report",
        "support-desk", "ada", "grace", "legacy-import"]
    made.open(start)
    made.load(start, 1)
    for hour in range(14 * 24):
        time = start + datetime.timedelta(hours=hour)
        is_weekend = time.weekday() >= 5
        weight = (0.15 if time.hour < 6 else 1.0 if 8 <= time.hour <= 19 else 0.5) * (0.6 if is_weekend else 1)
        for call in range(int(60 * weight)):
            at = time + datetime.timedelta(seconds=call * 55)
            caller = pick.choice(callers)
            method = methods[min(int(pick.expovariate(0.35)), len(methods) - 1)]
            if caller == "legacy-import":
                made.call(at, caller, "acme.shop.Customers/Update", reason="no_matching_rule",
                          nearest_rule="storefront", nearest_failed="ou")
            elif method.endswith("Refund") and caller.startswith("till"):
                made.call(at, caller, method, reason="denied_by_rule", rule="no-refunds-at-tills")
            elif caller == "nightly-report" and pick.random() < 0.3:
                made.call(at, caller, method, reason="would_deny")
            else:
                made.call(at, caller, method, rule=policy_rules[0 if caller.startswith("till") else 1])
        end = time + datetime.timedelta(minutes=59)
        if hour == 77:
            for number in range(20):
                made.call(end, "scanner", "acme.shop.Payments/Charge", reason="no_matching_rule")
            made.flood(end, "scanner", "acme.shop.Payments/Charge", 312)
        if hour == 130:
            made.outage(end, 41)
        if hour in (100, 210):
            made.load(end, 2 + hour // 200, gained=["cn `ada`: *"] * 2, lost=["cn `grace`: *"])
        if hour == 205:
            made.load(end, 2, is_good=False)
        if hour % 50 == 49:
            made.handshake(end, "certificate has expired", 1 + hour % 7)
        if hour == 60:
            made.handshake(end, "peer did not return a certificate", 12)
    made.close(start + datetime.timedelta(days=14))
    made.write()
    return made


def main():
    import sys  # pylint: disable=import-outside-toplevel
    busy_fortnight(sys.argv[1])


if __name__ == "__main__":
    main()
