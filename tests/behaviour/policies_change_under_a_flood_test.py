#!/usr/bin/env python3
"""Takes a client's right away while refused calls flood the server: the next call is refused within a
moment, a good client is served, and every call of the flood has its record.

Usage: policies_change_under_a_flood_test.py SOURCE_DIR BIN_DIR
"""

import os
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from audit_trail import count_denials  # noqa: E402
from greeter_server import GreeterServer  # noqa: E402
from hostile import SANITIZED, GoodClient, Usage, records, scaled, table  # noqa: E402
from http2_client import HELLO, SAY_HELLO, Http2Client  # noqa: E402

FLOOD = scaled(5_000)
AT_ONCE = 50
UNKNOWN = "/acme.Unknown/Method"
OK, PERMISSION_DENIED = "0", "7"
# Promised is a second; this machine may be busy.
PATIENCE = 10
# Twice what was measured, and more.
MOST_GROWTH_MIB = 100


class Flood(threading.Thread):
    """Calls without pause, `AT_ONCE` at a time, and counts the answers."""

    def __init__(self, server):
        super().__init__()
        self._client = Http2Client(server, "other-client")
        self.answers = {}
        self.took = 0.0

    def run(self):
        start = time.monotonic()
        for _ in range(FLOOD // AT_ONCE):
            streams = [self._client.call(UNKNOWN, HELLO) for _ in range(AT_ONCE)]
            self._client.run_until(lambda: all(map(self._client.has_ended, streams)))
            for stream in streams:
                status = self._client.status(stream)
                self.answers[status] = self.answers.get(status, 0) + 1
            self._client.forget()
        self.took = time.monotonic() - start


def call(client):
    stream = client.call(SAY_HELLO, HELLO)
    client.run_until(lambda: client.has_ended(stream))
    return client.status(stream)


def write_policy(path, lets_in):
    """The sample, and whether it lets `other-client` greet."""
    with open(os.path.join(sys.argv[1], "policy/policy.yaml"), encoding="utf-8") as file:
        sample = file.read()
    if lets_in:
        sample = sample.replace("    allow:\n      - client: edge\n",
                                "    allow:\n      - client: edge\n      - cn: other-client\n")
        assert "cn: other-client" in sample
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(sample)
    os.rename(path + ".new", path)


def seconds_until(client, status):
    start = time.monotonic()
    while call(client) != status:
        assert time.monotonic() - start < PATIENCE, f"the status is not {status}"
        time.sleep(0.005)
    return time.monotonic() - start


def main():
    with tempfile.TemporaryDirectory() as scratch:
        policy = os.path.join(scratch, "policy.yaml")
        write_policy(policy, True)
        server = GreeterServer(sys.argv[1], sys.argv[2], scratch, policy=policy)
        before, delays = Usage(server), []
        with Http2Client(server, "other-client") as kept, GoodClient(server) as good:
            assert call(kept) == OK
            flood = Flood(server)
            flood.start()
            while flood.is_alive() and len(delays) < 20:
                for lets_in, status in ((False, PERMISSION_DENIED), (True, OK)):
                    write_policy(policy, lets_in)
                    delays.append(seconds_until(kept, status))
                kept.forget()
            flood.join()
        usage = Usage(server)
        code = server.stop()
        assert code == 0, f"the server exited with {code}"
        assert flood.answers == {PERMISSION_DENIED: FLOOD}, flood.answers
        recorded = count_denials(records(server), method=UNKNOWN[1:])
        assert recorded == FLOOD, recorded
        assert SANITIZED or usage.mib < before.mib + MOST_GROWTH_MIB, usage
        table(f"{FLOOD} refused calls in {flood.took:.1f} s",
              [("before", before), ("after", usage), ("recorded and counted", recorded),
               ("policies changed meanwhile", len(delays)),
               ("the slowest took effect after", f"{max(delays) * 1000:.0f} ms"),
               ("beside them", good.figures())])


main()
