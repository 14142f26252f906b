#!/usr/bin/env python3
"""Those who watch a server's health are told that it ends, and do not hold it up.

Usage: health_watches_do_not_delay_the_end_test.py SOURCE_DIR BIN_DIR
"""

import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from greeter_server import running_server  # noqa: E402
from http2_client import Http2Client  # noqa: E402

WATCH = "/grpc.health.v1.Health/Watch"
# HealthCheckResponse.status, as a message of gRPC.
SERVING = bytes.fromhex("00000000020801")
NOT_SERVING = bytes.fromhex("00000000020802")
GRACE = 60


def watch(server):
    client = Http2Client(server)
    stream = client.call(WATCH, b"\x00\x00\x00\x00\x00")
    client.run_until(lambda: client.data(stream) == SERVING)
    return client, stream


def check(api):
    with running_server(sys.argv[1], sys.argv[2], "--api", api,
                        "--shutdown-grace", str(GRACE)) as server:
        watches = [watch(server) for _ in range(5)]
        # One that reads nothing any more: its window has no room for a message.
        stuck = Http2Client(server, initial_window=0)
        stuck.call(WATCH, b"\x00\x00\x00\x00\x00")
        stuck.ping()

        start = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        for client, stream in watches:
            client.run_until(lambda client=client, stream=stream: client.has_ended(stream))
            assert client.data(stream) == SERVING + NOT_SERVING, client.data(stream)
            assert client.status(stream) == "14", client.status(stream)
        # The server says goodbye to each connection, and waits for the answer.
        for client in [stuck] + [client for client, _ in watches]:
            client.run_until_closed()
        code = server.process.wait(timeout=GRACE / 2)
        took = time.monotonic() - start
        print(f"{api}: the server ended after {took:.2f} s with {code}")
        assert code == 0, server.logged()


def main():
    for api in ("sync", "callback"):
        check(api)


main()
