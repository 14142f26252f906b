#!/usr/bin/env python3
"""Makes handshakes fail in every way, and finds each in the server's log with its cause.

Usage: failed_handshakes_are_recorded_test.py SOURCE_DIR BIN_DIR
"""

import os
import re
import socket
import ssl
import struct
import sys
import time

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from greeter_server import running_server  # noqa: E402

PATIENCE = 20
FLOOD = 500


def connect(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)


def client(server, name=None, authority="ca.crt"):
    context = ssl.create_default_context(cafile=server.cert(authority))
    context.set_alpn_protocols(["h2"])
    if name:
        context.load_cert_chain(server.cert(name + ".crt"), server.cert(name + ".key"))
    return context


def handshake(server, context):
    """Shakes hands and waits until the server hangs up. TLS 1.3 tells the client only then."""
    try:
        with connect(server) as raw, context.wrap_socket(raw, server_hostname="localhost") as sock:
            while sock.recv(4096):
                pass
    except (ssl.SSLError, ConnectionResetError):
        pass


def no_certificate(server):
    handshake(server, client(server))


def foreign_certificate(server):
    handshake(server, client(server, "foreign-client"))


def untrusting_client(server):
    handshake(server, client(server, "client", "foreign-ca.crt"))


def no_common_cipher(server):
    context = client(server, "client")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-SHA:@SECLEVEL=0")
    handshake(server, context)


def no_http2(server):
    context = client(server, "client")
    context.set_alpn_protocols(["http/1.1"])
    handshake(server, context)


def send(server, data):
    with connect(server) as sock:
        sock.sendall(data)
        try:
            while sock.recv(4096):
                pass
        except ConnectionResetError:
            pass


def plain_http(server):
    send(server, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")


def no_tls(server):
    send(server, b"hello, is there anybody out there?\r\n")


def silence(server):
    send(server, b"")


def silence_after_the_handshake(server):
    handshake(server, client(server, "client"))


def hang_up(server):
    connect(server).close()


def reset(server):
    with connect(server) as sock:
        sock.sendall(b"\x16\x03\x01\x02\x00\x01")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


FROM_PEER = r"a TLS handshake from ipv4:127\.0\.0\.1:\d+ failed: "
FAILED = r"a TLS handshake failed: "
CAUSES = [
    (no_certificate, FAILED + r"the client showed no certificate \(.*certificate"),
    (foreign_certificate, FAILED + r"the client's certificate is not from a trusted authority"),
    (untrusting_client, FAILED + r"the client does not trust the authority of this server's"),
    (no_common_cipher, FAILED + r"client and server have no cipher in common"),
    (no_http2, FAILED + r"the client does not offer HTTP/2"),
    (plain_http, FAILED + r"the client speaks HTTP without TLS"),
    (no_tls, FAILED + r"the client does not speak TLS"),
    (silence, FAILED + r"the handshake took too long"),
    (silence_after_the_handshake, FROM_PEER + r"the client said nothing after the handshake"),
    (hang_up, FROM_PEER + r"the client hung up during the handshake"),
    (reset, FROM_PEER + r"the connection broke during the handshake"),
]


def wait_for(server, pattern):
    deadline = time.monotonic() + PATIENCE
    while not re.search(pattern, server.logged()):
        if time.monotonic() > deadline:
            raise SystemExit(f"no line `{pattern}` in\n{server.logged()}")
        time.sleep(0.05)


def main():
    with running_server(sys.argv[1], sys.argv[2], "--handshake-timeout", "1") as server:
        for fail, line in CAUSES:
            print(fail.__name__, flush=True)
            fail(server)
            wait_for(server, line)
        single = len(re.findall("a TLS handshake", server.logged()))
        assert single == len(CAUSES), server.logged()
        assert " grpc: " not in server.logged(), server.logged()

        for _ in range(FLOOD):
            plain_http(server)
        code = server.stop()
        assert code == 0, f"the server exited with {code}"
        log = server.logged()
        lines = [line for line in log.splitlines() if "the client speaks HTTP without TLS" in line]
        counted = sum(int(number) for line in lines
                      for number in re.findall(r"(\d+) more TLS handshakes failed since", line))
        alone = sum("a TLS handshake failed" in line for line in lines)
        assert alone + counted == FLOOD + 1, log
        # Two windows at the most, or more on a machine that is slow.
        assert counted > 0 and len(lines) < FLOOD / 2, log
        assert log.rstrip().endswith("stopped"), log


main()
