#!/usr/bin/env python3
"""Has an expired client and a revoked one come back a thousand times, with a new connection each
time. None is served, every attempt is recorded, and a good client is served meanwhile.

Usage: clients_without_a_right_cannot_tire_the_server_test.py SOURCE_DIR BIN_DIR
"""

import os
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from audit_trail import count_denials  # noqa: E402
from greeter_server import GreeterServer  # noqa: E402
from hostile import (SANITIZED, GoodClient, Usage, handshake_failures, is_closed, records,  # noqa: E402
                     scaled, table, tls, tls_context, wait_until)
from http2_client import HELLO, SAY_HELLO, Http2Client  # noqa: E402

TIMES = scaled(1_000)
UNAUTHENTICATED = "16"
# Twice what was measured, and more.
MOST_GROWTH_MIB = 100


def expired(server):
    """Seconds that it took."""
    context = tls_context(server, "expired-client")
    start = time.monotonic()
    for _ in range(TIMES):
        try:
            with tls(server, context=context) as sock:
                assert is_closed(sock)
        except (ssl.SSLError, OSError):
            pass
    return time.monotonic() - start


def revoked(server):
    """Seconds that it took; TLS knows nothing of the policy's list, so each makes a call."""
    start = time.monotonic()
    for _ in range(TIMES):
        with Http2Client(server, "other-client") as client:
            stream = client.call(SAY_HELLO, HELLO)
            client.run_until(lambda client=client, stream=stream: client.has_ended(stream))
            assert client.status(stream) == UNAUTHENTICATED, client.status(stream)
    return time.monotonic() - start


def fingerprint(server, name):
    said = subprocess.run(["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in",
                           server.cert(name + ".crt")], check=True, capture_output=True, text=True)
    return said.stdout.strip().split("=")[1].replace(":", "").lower()


def revoke(server, policy, name):
    with open(policy, encoding="utf-8") as file:
        text = file.read()
    with open(policy + ".new", "w", encoding="utf-8") as file:
        # The sample ends its document.
        file.write(text.removesuffix("...\n") + f"revoked:\n  - sha256: {fingerprint(server, name)}\n    reason: a test\n")
    os.rename(policy + ".new", policy)


def main():
    with tempfile.TemporaryDirectory() as scratch:
        policy = os.path.join(scratch, "policy.yaml")
        with open(os.path.join(sys.argv[1], "policy/policy.yaml"), encoding="utf-8") as sample, \
                open(policy, "w", encoding="utf-8") as file:
            file.write(sample.read())
        server = GreeterServer(sys.argv[1], sys.argv[2], scratch, policy=policy)
        loads = len(records(server, "policy-load"))
        revoke(server, policy, "other-client")
        wait_until(lambda: len(records(server, "policy-load")) > loads, "the policy taken over")
        before = Usage(server)
        with GoodClient(server) as good:
            rows = [(f"{TIMES} times expired", f"{expired(server):.1f} s; {Usage(server)}"),
                    (f"{TIMES} times revoked", f"{revoked(server):.1f} s; {Usage(server)}")]
            wait_until(lambda: Usage(server).descriptors <= before.descriptors + 3, "all gone")
            usage = Usage(server)
        code = server.stop()
        assert code == 0, f"the server exited with {code}"
        failures = handshake_failures(server)
        refused = count_denials(records(server), "certificate_revoked")
        table(f"clients without a right (before: {before})", rows +
              [("failed handshakes, recorded and counted", sum(failures.values())),
               ("records of them", len(records(server, "tls-handshake"))),
               ("revoked calls, recorded and counted", refused), ("beside them", good.figures())])
        assert sum(failures.values()) == TIMES and len(failures) == 1, failures
        assert "not valid now" in next(iter(failures)), failures
        assert refused == TIMES, refused
        assert SANITIZED or usage.mib < before.mib + MOST_GROWTH_MIB, usage


main()
