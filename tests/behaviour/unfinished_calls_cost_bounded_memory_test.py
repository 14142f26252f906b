#!/usr/bin/env python3
"""Begins as many calls as a connection may have and finishes none: requests of 4 MiB without their
last byte, and answers that are never read. Memory stays bounded, a good client is served most of
the time, and always once it is over.

Usage: unfinished_calls_cost_bounded_memory_test.py SOURCE_DIR BIN_DIR
"""

import os
import socket
import sys
import tempfile
import threading
import time

import hpack

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from greeter_server import GreeterServer  # noqa: E402
from hostile import MIB, GoodClient, Usage, frame, table, tls, wait_until  # noqa: E402
from http2_client import HELLO, SAY_HELLO, Http2Client  # noqa: E402

REPLIES = "/helloworld.Greeter/SayHelloStreamReply"
STREAMS = 100
# Without the limit each of these connections holds 400 MiB.
BUFFERS_MIB = 64
MOST_GROWTH_MIB = 5 * BUFFERS_MIB
MESSAGE = 4 * MIB - 100
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0)
WINDOW = frame(8, 0, 0, (2**30).to_bytes(4, "big"))


def headers(path):
    return hpack.Encoder().encode([
        (":method", "POST"), (":scheme", "https"), (":path", path), (":authority", "localhost"),
        ("content-type", "application/grpc"), ("te", "trailers")])


class HalfRequests:
    """Keeps to the windows that the server gives, as else the connection ends."""

    def __init__(self, server, caller):
        self.client = Http2Client(server, caller)
        self.left = {}
        self.sent = 0
        for _ in range(STREAMS):
            stream = self.client.call(SAY_HELLO, b"\x00" + MESSAGE.to_bytes(4, "big"), end=False)
            # All but the last byte.
            self.left[stream] = MESSAGE - 1

    def send(self, seconds):
        deadline = time.monotonic() + seconds
        while self.left and time.monotonic() < deadline and not self.client.hung_up:
            for stream in list(self.left):
                self._fill(stream)
            self.client.run_for(0.01)

    def _fill(self, stream):
        while self.left.get(stream):
            if self.client.has_ended(stream):
                del self.left[stream]
                return
            size = min(self.left[stream], self.client.room(stream))
            if size == 0:
                return
            self.client.send(stream, bytes(size))
            self.left[stream] -= size
            self.sent += size
        self.left.pop(stream, None)


def half_requests(server, caller, before):
    attackers = [HalfRequests(server, caller) for _ in range(2)]
    threads = [threading.Thread(target=attacker.send, args=(6,)) for attacker in attackers]
    for thread in threads:
        thread.start()
    peak = 0
    while any(thread.is_alive() for thread in threads):
        peak = max(peak, Usage(server).mib)
        time.sleep(0.05)
    sent = sum(attacker.sent for attacker in attackers) / MIB
    for attacker in attackers:
        attacker.client.close()
    assert peak < before.mib + MOST_GROWTH_MIB, peak
    return (f"{2 * STREAMS} halves of requests of {caller}", f"{sent:.0f} MiB sent, peak {peak:.0f} MiB")


def unread_answers(server, before):
    """Windows without end, and a client that takes nothing from its socket."""
    sockets = []
    for _ in range(5):
        sock = tls(server)
        sock.sendall(PREFACE + WINDOW)
        # A stream of replies each; names of 60 KiB make long answers.
        name = b"a" * 60_000
        request = b"\x0a" + bytes([0x80 | len(name) & 0x7F, 0x80 | len(name) >> 7 & 0x7F,
                                   len(name) >> 14]) + name
        message = b"\x00" + len(request).to_bytes(4, "big") + request
        sock.settimeout(2)
        try:
            for stream in range(1, 2 * STREAMS, 2):
                chunks = [message[at:at + 16_384] for at in range(0, len(message), 16_384)]
                body = b"".join(frame(0, int(at == len(chunks) - 1), stream, chunk)
                                for at, chunk in enumerate(chunks))
                window = frame(8, 0, stream, (2**30).to_bytes(4, "big"))
                sock.sendall(frame(1, 4, stream, headers(REPLIES)) + window + body)
        except (socket.timeout, OSError):
            pass
        sockets.append(sock)
    peak = 0
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        peak = max(peak, Usage(server).mib)
        time.sleep(0.05)
    for sock in sockets:
        sock.close()
    assert peak < before.mib + MOST_GROWTH_MIB, peak
    return (f"{5 * STREAMS} streams of answers that nobody reads", f"peak {peak:.0f} MiB")


def stuck_streams(server, before):
    """Windows of nothing at all: no answer can be sent."""
    clients = [Http2Client(server, initial_window=0) for _ in range(5)]
    for client in clients:
        for _ in range(STREAMS):
            client.call(REPLIES, HELLO)
        client.ping()
    usage = Usage(server)
    for client in clients:
        client.close()
    assert usage.mib < before.mib + MOST_GROWTH_MIB, usage
    return (f"{5 * STREAMS} streams without a window", str(usage))


def main():
    with tempfile.TemporaryDirectory() as scratch:
        server = GreeterServer(sys.argv[1], sys.argv[2], scratch,
                               ["--max-buffers-mib", str(BUFFERS_MIB)])
        before = Usage(server)
        # gRPC ends calls of whomever it comes to first when the limit is reached.
        with GoodClient(server, may_lose=True) as good:
            rows = [stuck_streams(server, before), unread_answers(server, before),
                    half_requests(server, "client", before),
                    half_requests(server, "other-client", before)]
            wait_until(lambda: Usage(server).descriptors <= before.descriptors + 3, "all gone")
        with GoodClient(server) as after:
            time.sleep(0.5)
        code = server.stop()
        assert code == 0, f"the server exited with {code}"
        table(f"calls that are not finished, max_buffers_mib {BUFFERS_MIB} (before: {before})",
              rows + [("beside them", good.figures()), ("then", after.figures())])


main()
