#!/usr/bin/env python3
"""Opens 900 connections that say nothing: without TLS; with TLS and a good certificate; and with
HTTP/2 as well. A good client is served meanwhile, and the descriptors come back in time. A second
wave takes no more memory than the first.

Usage: silent_connections_are_bounded_test.py SOURCE_DIR BIN_DIR
"""

import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from greeter_server import GreeterServer  # noqa: E402
from hostile import (GoodClient, Usage, allow_descriptors, frame, scaled, table, tcp, tls,  # noqa: E402
                     tls_context, wait_until)

CONNECTIONS = scaled(900)
FLAGS = ["--handshake-timeout", "5", "--keepalive-time", "1", "--keepalive-timeout", "3"]
# Twice what was measured, and more: 110 KiB for a connection with TLS.
MOST_GROWTH_MIB = 250
MOST_SECOND_GROWTH_MIB = 60
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0)


def silent(server, _):
    return tcp(server)


def silent_after_tls(server, context):
    return tls(server, context=context)


# Answers no ping: the keepalive ends it.
def silent_after_http2(server, context):
    sock = tls(server, context=context)
    sock.sendall(PREFACE)
    return sock


def wave(server, connect, before):
    context = tls_context(server)
    start = time.monotonic()
    sockets, during = [], before
    for _ in range(CONNECTIONS):
        sockets.append(connect(server, context))
        # Those that were opened first may be gone before the last is there, on a slow machine.
        if len(sockets) % 50 == 0:
            during = max(during, Usage(server), key=lambda usage: usage.descriptors)
    opened = time.monotonic() - start
    assert during.descriptors > before.descriptors + CONNECTIONS / 20, during
    wait_until(lambda: Usage(server).descriptors <= before.descriptors + 3, "closed by the server")
    after, took = Usage(server), time.monotonic() - start
    for sock in sockets:
        sock.close()
    return during, after, f"opened in {opened:.1f} s, all closed by the server after {took:.1f} s"


def check(connect, waves):
    with tempfile.TemporaryDirectory() as scratch:
        server = GreeterServer(sys.argv[1], sys.argv[2], scratch, FLAGS)
        before = Usage(server)
        rows, usages = [("before", before)], []
        with GoodClient(server) as good:
            for _ in range(waves):
                during, after, times = wave(server, connect, before)
                rows += [("during", during), ("after", f"{after}; {times}")]
                usages.append(after.mib)
        code = server.stop()
        assert code == 0, f"the server exited with {code}"
        table(f"{CONNECTIONS} connections {connect.__name__}",
              rows + [("beside them", good.figures())])
        assert usages[0] - before.mib < MOST_GROWTH_MIB, usages
        assert usages[-1] - usages[0] < MOST_SECOND_GROWTH_MIB, usages


def main():
    allow_descriptors()
    check(silent, 2)
    check(silent_after_tls, 2)
    check(silent_after_http2, 1)


main()
