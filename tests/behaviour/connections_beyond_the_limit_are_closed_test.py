#!/usr/bin/env python3
"""Takes all of a server's connections, as anybody can without a certificate. What exceeds the limit
is closed at once and recorded; policies are still taken over; and when the connections go, the
server is reachable as before, also where the system gives it too few descriptors.

Usage: connections_beyond_the_limit_are_closed_test.py SOURCE_DIR BIN_DIR
"""

import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from greeter_server import GreeterServer  # noqa: E402
from hostile import (GoodClient, Usage, allow_descriptors, handshake_failures, is_closed,  # noqa: E402
                     records, table, tcp, wait_until)
from http2_client import HELLO, SAY_HELLO, Http2Client  # noqa: E402

LIMIT = 100
ATTEMPTS = 700
FULL = "the server has as many connections as it takes (max_connections)"


def turned_away(server):
    return handshake_failures(server).get(FULL, 0)


def policy_loads(server):
    """How many policies were taken over; the server's certificate is a part of its own."""
    return sum(record["certgate"]["load"]["part"] == "rules" and
               record["event"]["outcome"] == "success"
               for record in records(server, "policy-load"))


def attack(server, kept, revoke):
    """Returns how many connections were closed at once."""
    before = Usage(server)
    sockets = [tcp(server) for _ in range(ATTEMPTS)]
    wait_until(lambda: Usage(server).descriptors > before.descriptors + LIMIT / 2, "connected")
    during = Usage(server)
    # The last ones came after those that took all places.
    late = [sock for sock in sockets[-100:] if is_closed(sock)]
    assert len(late) == 100, f"{len(late)} of 100 late connections were closed"

    stream = kept.call(SAY_HELLO, HELLO)
    kept.run_until(lambda: kept.has_ended(stream))
    assert kept.status(stream) == "0", kept.status(stream)
    revoke()
    wait_until(lambda: policy_loads(server) >= 2, "the policy taken over")
    stream = kept.call(SAY_HELLO, HELLO)
    kept.run_until(lambda: kept.has_ended(stream))
    assert kept.status(stream) == "7", kept.status(stream)

    for sock in sockets:
        sock.close()
    wait_until(lambda: Usage(server).descriptors <= before.descriptors + 2, "descriptors given back")
    return [("before", before), ("during", during), ("after", Usage(server))]


def check(title, flags, **limits):
    with tempfile.TemporaryDirectory() as scratch:
        policy = os.path.join(scratch, "policy.yaml")
        original = os.path.join(sys.argv[1], "policy/policy.yaml")
        shutil.copy(original, policy)
        server = GreeterServer(sys.argv[1], sys.argv[2], scratch,
                               ["--handshake-timeout", "60", *flags], policy=policy, **limits)

        def revoke():
            with open(original, encoding="utf-8") as source, open(policy, "w",
                                                                  encoding="utf-8") as target:
                target.write(source.read().replace("cn: my-grpc-client", "cn: somebody-else"))

        with Http2Client(server) as kept:
            rows = attack(server, kept, revoke)
        shutil.copy(original, policy)
        wait_until(lambda: policy_loads(server) >= 3, "the first policy taken over again")
        with GoodClient(server) as good:
            time.sleep(0.5)
        code = server.stop()
        assert code == 0, f"the server exited with {code}"
        closed = turned_away(server)
        assert ATTEMPTS - LIMIT - 64 <= closed <= ATTEMPTS - LIMIT + 64, closed
        table(title, [("attempts", ATTEMPTS), *rows, ("recorded as turned away", closed),
                      ("then", good.figures())])
        return server.logged()


def main():
    allow_descriptors()
    check(f"max_connections of {LIMIT}", ["--max-connections", str(LIMIT)])
    # 128 are the server's own.
    log = check("a hard limit of 228 open files", [], max_files=LIMIT + 128)
    assert f"the limit of open files leaves room for {LIMIT} connections, not 4096" in log, log


main()
