#!/usr/bin/env python3
"""Opens connections that dawdle over the TLS handshake: a byte at a time, or nothing after the first
message. Each is closed after `handshake_timeout`, and a good client is served meanwhile.

Usage: slow_handshakes_are_ended_test.py SOURCE_DIR BIN_DIR
"""

import os
import ssl
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from greeter_server import GreeterServer  # noqa: E402
from hostile import (GoodClient, Usage, handshake_failures, is_closed, scaled, table, tcp,  # noqa: E402
                     tls_context, wait_until)

CONNECTIONS = scaled(200)
TIMEOUT = 2
TOO_LONG = "the handshake took too long (Handshake timed out)"


def client_hello(server):
    outgoing = ssl.MemoryBIO()
    client = tls_context(server).wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost")
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def main():
    with tempfile.TemporaryDirectory() as scratch:
        server = GreeterServer(sys.argv[1], sys.argv[2], scratch,
                               ["--handshake-timeout", str(TIMEOUT)])
        hello = client_hello(server)
        before = Usage(server)
        with GoodClient(server) as good:
            start = time.monotonic()
            dripping = [tcp(server) for _ in range(CONNECTIONS)]
            stopping = [tcp(server) for _ in range(CONNECTIONS)]
            for sock in stopping:
                sock.sendall(hello)
            during = None
            # The whole message takes far longer than the time for the handshake.
            for byte in hello[:25]:
                for sock in dripping:
                    try:
                        sock.sendall(bytes([byte]))
                    except OSError:
                        pass
                during = during or Usage(server)
                time.sleep(TIMEOUT / 20)
            assert all(is_closed(sock) for sock in dripping + stopping)
            took = time.monotonic() - start
            wait_until(lambda: Usage(server).descriptors <= before.descriptors + 3,
                       "descriptors given back")
        code = server.stop()
        assert code == 0, f"the server exited with {code}"
        failures = handshake_failures(server)
        assert failures == {TOO_LONG: 2 * CONNECTIONS}, failures
        table(f"{2 * CONNECTIONS} slow handshakes, {TIMEOUT} s for each",
              [("before", before), ("during", during), ("all closed after", f"{took:.1f} s"),
               ("recorded and counted", failures[TOO_LONG]), ("beside them", good.figures())])


main()
