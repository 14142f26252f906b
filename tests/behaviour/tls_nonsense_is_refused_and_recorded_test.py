#!/usr/bin/env python3
"""Speaks nonsense where TLS is expected, and shows certificates that are too old, too large, too many
or somebody else's. Each is refused and recorded, alone or in a count, and harms nobody.

Usage: tls_nonsense_is_refused_and_recorded_test.py SOURCE_DIR BIN_DIR
"""

import os
import random
import ssl
import subprocess
import sys
import tempfile
import warnings

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from certificates import Minter  # noqa: E402
from greeter_server import GreeterServer  # noqa: E402
from hostile import (SANITIZED, GoodClient, Usage, handshake_failures, is_closed, records,  # noqa: E402
                     table, tcp, tls_context, wait_until)
from http2_client import HELLO, SAY_HELLO, Http2Client  # noqa: E402

ATTEMPTS = 5 if SANITIZED else 30
MOST_GROWTH_MIB = 100
RANDOM = random.Random(1)


def send(server, data):
    with tcp(server) as sock:
        try:
            sock.sendall(data)
        except OSError:
            pass
        assert is_closed(sock)


def shake_hands(server, context):
    """TLS 1.3 tells a client only after its side of the handshake that it is refused."""
    try:
        with tcp(server) as raw, context.wrap_socket(raw, server_hostname="localhost") as sock:
            assert is_closed(sock)
    except (ssl.SSLError, OSError):
        pass


def plain_http(server):
    send(server, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")


# Of another kind than a TLS handshake, whose length would be waited for.
def random_bytes(server):
    send(server, bytes([RANDOM.choice([0, 1, 0x47, 0x7F, 0xFF])]) + RANDOM.randbytes(511))


# A handshake message that claims 16 MiB.
def huge_hello(server):
    send(server, b"\x16\x03\x01\x40\x00\x01\xff\xff\xff" + bytes(16_381))


def old_version(server, version):
    context = tls_context(server)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    shake_hands(server, context)


def tls_1_0(server):
    old_version(server, ssl.TLSVersion.TLSv1)


def tls_1_1(server):
    old_version(server, ssl.TLSVersion.TLSv1_1)


def no_certificate(server):
    shake_hands(server, tls_context(server, None))


def another_authority_and_the_right_name(server):
    shake_hands(server, tls_context(server, "foreign-client"))


def expired(server):
    shake_hands(server, tls_context(server, "expired-client"))


def self_signed(server):
    shake_hands(server, tls_context(server, "self-signed"))


def chain_of_20_from_another_authority(server):
    shake_hands(server, tls_context(server, "foreign-chain"))


# gRPC 1.51 does not get through a handshake message of this size, and gives up when time is over.
def certificate_of_90_kb(server):
    shake_hands(server, tls_context(server, "kb-90"))


def mint(server):
    minter = Minter(server.certs)
    minter.self_signed("self-signed")
    minter.leaf("san-500", "ca", alternative_names=500)
    minter.leaf("kb-90", "ca", alternative_names=350, name_length=180)
    minter.chain("chain-20", "ca", 20)
    minter.chain("foreign-chain", "foreign-ca", 20)


def refused_handshakes(server):
    rows, expected = [], 0
    for attempt in (plain_http, random_bytes, huge_hello, tls_1_0, tls_1_1, no_certificate,
                    another_authority_and_the_right_name, expired, self_signed,
                    chain_of_20_from_another_authority, certificate_of_90_kb):
        attempts = 3 if attempt is certificate_of_90_kb else ATTEMPTS
        for _ in range(attempts):
            attempt(server)
        expected += attempts
        rows.append((attempt.__name__, f"{attempts} attempts; {Usage(server)}"))
    return rows, expected


def odd_certificates(server):
    """Certificates of the right authority: TLS takes them, the policy need not."""
    rows = []
    for name in ("san-500", "chain-20"):
        with Http2Client(server, name) as client:
            stream = client.call(SAY_HELLO, HELLO)
            client.run_until(lambda: client.has_ended(stream))
            status = client.status(stream)
        assert status in ("7", "16"), f"{name}: {status}"
        denied = [record["event"]["reason"] for record in records(server, "authorize")
                  if record["event"]["outcome"] == "failure"]
        rows.append((name, f"status {status}, {denied[-1]}"))
    return rows


def renegotiation(server):
    """OpenSSL's client asks to begin anew when it reads a line `R`."""
    result = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-tls1_2", "-alpn", "h2",
         "-cert", server.cert("client.crt"), "-key", server.cert("client.key"), "-CAfile",
         server.cert("ca.crt")], input=b"R\n", capture_output=True, timeout=30, check=False)
    said = (result.stdout + result.stderr).decode(errors="replace")
    # Either an alert says so, or the server's first frames come in between; both end the connection.
    assert "RENEGOTIATING" in said and ":error:" in said, said
    return [("renegotiation", "refused")]


def main():
    with tempfile.TemporaryDirectory() as scratch:
        server = GreeterServer(sys.argv[1], sys.argv[2], scratch,
                               ["--handshake-timeout", "3"])
        mint(server)
        before = Usage(server)
        with GoodClient(server) as good:
            rows, expected = refused_handshakes(server)
            rows += odd_certificates(server) + renegotiation(server)
            wait_until(lambda: Usage(server).descriptors <= before.descriptors + 3, "all gone")
            usage = Usage(server)
        code = server.stop()
        assert code == 0, f"the server exited with {code}"
        failures = handshake_failures(server)
        recorded = sum(failures.values())
        table(f"nonsense (before: {before})", rows +
              [("beside them", good.figures()),
               ("attempts", expected), ("recorded and counted", recorded),
               ("records", len(records(server, "tls-handshake")))] +
              [(f"  {count}", cause) for cause, count in failures.items()])
        # OpenSSL's client begins no HTTP/2, which is one more that failed if it left early enough.
        assert recorded in (expected, expected + 1), failures
        assert SANITIZED or usage.mib < before.mib + MOST_GROWTH_MIB, usage


main()
