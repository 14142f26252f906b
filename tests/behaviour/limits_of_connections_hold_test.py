#!/usr/bin/env python3
"""Clients that ask too much of a server, or that are gone, lose the stream or the connection.

Usage: limits_of_connections_hold_test.py SOURCE_DIR BIN_DIR
"""

import concurrent.futures
import os
import socket
import subprocess
import sys
import time

import h2.settings

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from greeter_server import running_server  # noqa: E402
from http2_client import Http2Client  # noqa: E402

CHAT = "/helloworld.Greeter/SayHelloBidiStream"
SAY_HELLO = "/helloworld.Greeter/SayHello"
HELLO_ADA = b"\x00\x00\x00\x00\x05\x0a\x03Ada"
ANSWER = b"\x00\x00\x00\x00\x0b\x0a\x09Hello Ada"
ENHANCE_YOUR_CALM = 11  # RFC 9113, section 7
# No limit below takes longer, by far.
LONG = 40


def running(*flags):
    return running_server(sys.argv[1], sys.argv[2], *flags)


def chat(client):
    """A call that goes on, with its first answer."""
    stream = client.call(CHAT, HELLO_ADA, end=False)
    client.run_until(lambda: client.data(stream) == ANSWER)
    return stream


def goes_on(client, stream):
    before = client.data(stream)
    client.send(stream, HELLO_ADA)
    client.run_until(lambda: client.data(stream) == before + ANSWER)


def a_good_client_is_served(server):
    result = subprocess.run(
        [os.path.join(sys.argv[2], "greeter-client"), "--target", f"127.0.0.1:{server.port}",
         "--ca", server.cert("ca.crt"), "--cert", server.cert("client.crt"),
         "--key", server.cert("client.key")], capture_output=True, text=True, timeout=60,
        check=False)
    assert result.returncode == 0, result


def streams():
    with running("--max-concurrent-streams", "2") as server, Http2Client(server) as client:
        first, second = chat(client), chat(client)
        client.ping()  # The server has seen that its settings are acknowledged.
        announced = client.setting(h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS)
        assert announced == 2, announced
        client.ignore_stream_limit()
        third = client.call(CHAT, HELLO_ADA, end=False)
        client.run_until(lambda: client.hung_up or client.has_ended(third))
        assert client.data(third) == b"", "a third stream was served"
        if not client.hung_up:
            goes_on(client, first)
            client.end_call(second)
            client.run_until(lambda: client.status(second) == "0")
        a_good_client_is_served(server)


def long_streams():
    too_many = b"\x10\xa0\x9c\x01"  # replies: 20000
    too_slow = b"\x18\xa1\x9c\x05"  # interval_ms: 85537
    negative = b"\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"  # replies: -1
    for api in ("sync", "callback"):
        with running("--api", api) as server, Http2Client(server) as client:
            for request in (too_many, too_slow, negative):
                stream = client.call("/helloworld.Greeter/SayHelloStreamReply",
                                     len(request).to_bytes(5, "big") + request)
                client.run_until(lambda stream=stream: client.has_ended(stream))
                assert client.status(stream) == "3", client.status(stream)
                assert client.data(stream) == b""


def handshake_time():
    with running("--handshake-timeout", "1") as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=LONG) as sock:
            a_good_client_is_served(server)
            start = time.monotonic()
            assert sock.recv(1) == b"", "the server said something"
            print(f"  a silent client was hung up on after {time.monotonic() - start:.1f} s")


def age():
    with running("--max-connection-age", "1", "--max-connection-age-grace", "1") as server:
        with Http2Client(server) as client:
            stream = chat(client)
            client.run_until(lambda: client.going_away(), LONG)
            client.run_until_closed(LONG)
            assert client.status(stream) != "0", "the chat ended well"
            a_good_client_is_served(server)


def idle():
    with running("--max-connection-idle", "1") as server:
        with Http2Client(server) as busy, Http2Client(server) as client:
            stream = chat(busy)
            call = client.call(SAY_HELLO, HELLO_ADA)
            client.run_until(lambda: client.status(call) == "0")
            client.run_until_closed(LONG)
            assert client.going_away(), "the server hung up without a word"
            # A connection with a call is not idle.
            goes_on(busy, stream)


def clients_that_are_gone():
    with running("--keepalive-time", "1", "--keepalive-timeout", "4") as server:
        with Http2Client(server) as present, Http2Client(server, silent=True) as gone, \
                Http2Client(server, silent=True) as gone_in_a_call, \
                concurrent.futures.ThreadPoolExecutor(1) as pool:
            stream = chat(present)
            gone_in_a_call.call(CHAT, HELLO_ADA, end=False)
            # Answers, for longer than the others live.
            answering = pool.submit(present.run_for, 8)
            gone.run_until_closed(LONG)
            gone_in_a_call.run_until_closed(LONG)
            answering.result()
            goes_on(present, stream)


def clients_without_calls_are_left_alone():
    with running("--keepalive-time", "1", "--keepalive-timeout", "1",
                 "--keepalive-without-calls", "off") as server:
        with Http2Client(server, silent=True) as client:
            client.run_for(4)
            assert not client.hung_up


def pings():
    with running("--keepalive-min-time", "5") as server, Http2Client(server) as client:
        stream = chat(client)
        for _ in range(10):
            if not client.hung_up:
                client.send_ping()
                client.run_for(0.1)
        client.run_until_closed(LONG)
        assert (ENHANCE_YOUR_CALM, b"too_many_pings") in client.going_away(), client.going_away()
        assert client.status(stream) != "0"
        a_good_client_is_served(server)
    with running("--keepalive-min-time", "0") as server, Http2Client(server) as client:
        for _ in range(10):
            client.ping()
        goes_on(client, chat(client))


def main():
    checks = (streams, long_streams, handshake_time, age, idle, clients_that_are_gone,
              clients_without_calls_are_left_alone, pings)
    failed = False
    # They wait most of the time.
    with concurrent.futures.ThreadPoolExecutor(len(checks)) as pool:
        for check, result in [(check, pool.submit(check)) for check in checks]:
            problem = result.exception()
            print(f"{check.__name__}: {repr(problem) if problem else 'holds'}")
            failed = failed or problem is not None
    sys.exit(1 if failed else 0)


main()
