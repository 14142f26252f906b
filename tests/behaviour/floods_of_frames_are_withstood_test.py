#!/usr/bin/env python3
"""Floods a server with frames of HTTP/2 that cost the sender nothing: streams opened and reset
(CVE-2023-44487), pings, settings, priorities, windows, and header blocks without end. A good client
is served meanwhile, and memory stays bounded.

Usage: floods_of_frames_are_withstood_test.py SOURCE_DIR BIN_DIR
"""

import os
import sys
import tempfile
import time

import hpack

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from greeter_server import GreeterServer  # noqa: E402
from hostile import (SANITIZED, GoodClient, Usage, frame, is_closed, records, scaled,  # noqa: E402
                     table, tls, wait_until)
from http2_client import SAY_HELLO  # noqa: E402

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0)
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PING, WINDOW_UPDATE, CONTINUATION = \
    0, 1, 2, 3, 4, 6, 8, 9
END_HEADERS, END_STREAM = 4, 1
CANCEL = (8).to_bytes(4, "big")
STREAMS = scaled(20_000)
FRAMES = scaled(100_000)
# gRPC 1.51 does not hold back streams that were reset before it came to them, each about 20 KiB: so
# the bound is for this number of them. Twice what was measured, and more.
MOST_GROWTH_MIB = 1500


def header_block():
    return hpack.Encoder().encode([
        (":method", "POST"), (":scheme", "https"), (":path", SAY_HELLO),
        (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers")])


def rapid_resets():
    block = header_block()
    for stream in range(1, 2 * STREAMS, 2):
        yield frame(HEADERS, END_HEADERS, stream, block) + frame(RST_STREAM, 0, stream, CANCEL)


# The whole request is there when the stream is reset, so it is decided.
def resets_of_whole_requests():
    block = header_block()
    message = frame(DATA, END_STREAM, 1, b"\x00\x00\x00\x00\x05\x0a\x03Ada")
    for stream in range(1, 2 * STREAMS, 2):
        yield (frame(HEADERS, END_HEADERS, stream, block) +
               message[:5] + stream.to_bytes(4, "big") + message[9:] +
               frame(RST_STREAM, 0, stream, CANCEL))


def pings():
    yield from (frame(PING, 0, 0, b"certgate") for _ in range(FRAMES))


def settings():
    # INITIAL_WINDOW_SIZE, another one each time.
    for size in range(FRAMES):
        yield frame(SETTINGS, 0, 0, b"\x00\x04" + size.to_bytes(4, "big"))


def priorities():
    yield from (frame(PRIORITY, 0, 2 * n + 1, b"\x00\x00\x00\x00\x10") for n in range(FRAMES))


def windows():
    yield from (frame(WINDOW_UPDATE, 0, 0, b"\x00\x00\x00\x01") for _ in range(FRAMES))


def headers_without_end():
    # A literal that is not indexed (RFC 7541, section 6.2.2), again and again.
    literal = b"\x00\x01x\x7f\x81\x7e" + b"a" * 16_254
    yield frame(HEADERS, 0, 1, header_block())
    for _ in range(scaled(2_000)):
        yield frame(CONTINUATION, 0, 1, literal[:16_384])


def empty_continuations():
    yield frame(HEADERS, 0, 1, header_block())
    yield from (frame(CONTINUATION, 0, 1) for _ in range(FRAMES))


def empty_data():
    yield frame(HEADERS, END_HEADERS, 1, header_block())
    yield from (frame(DATA, 0, 1) for _ in range(FRAMES))


def send(server, caller, frames):
    """Sends until all is sent or the server has had enough. Reads nothing until then."""
    sent, batch = 0, []
    start = time.monotonic()
    ended = ""
    with tls(server, caller) as sock:
        sock.settimeout(3)
        try:
            sock.sendall(PREFACE)
            for one in frames:
                batch.append(one)
                if len(batch) == 200:
                    sock.sendall(b"".join(batch))
                    sent += len(batch)
                    batch = []
            sock.sendall(b"".join(batch))
            sent += len(batch)
            is_closed(sock, 0.2)
        except TimeoutError:
            ended = ", then the server read no more"
        except OSError:
            ended = ", then the server hung up"
    return f"{sent} frames in {time.monotonic() - start:.2f} s{ended}"


FLOODS = [rapid_resets, resets_of_whole_requests, pings, settings, priorities, windows,
          headers_without_end, empty_continuations, empty_data]


def main():
    with tempfile.TemporaryDirectory() as scratch:
        server = GreeterServer(sys.argv[1], sys.argv[2], scratch)
        rows, before = [], Usage(server)
        with GoodClient(server) as good:
            for flood in FLOODS:
                for caller in ("client", "other-client"):
                    sent = send(server, caller, flood())
                    # The good client has two connections.
                    wait_until(lambda: Usage(server).descriptors <= before.descriptors + 3,
                               "the flood's connection ended")
                    usage = Usage(server)
                    rows.append((f"{flood.__name__} of {caller}", f"{sent}; {usage}"))
                    assert SANITIZED or usage.mib < before.mib + MOST_GROWTH_MIB, rows
        rows += [("beside them", good.figures()), ("records", len(records(server)))]
        code = server.stop()
        assert code == 0, f"the server exited with {code}"
        table(f"floods of frames (before: {before})", rows)


main()
