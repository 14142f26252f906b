#!/usr/bin/env python3
"""Sends a guarded server what no gRPC library would send, and checks that it lives.

Usage: raw_http2_test.py SOURCE_DIR BIN_DIR
"""

import os
import socket
import ssl
import sys
import tempfile
import time

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import hpack

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from greeter_server import GreeterServer  # noqa: E402

SAY_HELLO = "/helloworld.Greeter/SayHello"
HELLO_ADA = b"\x00\x00\x00\x00\x05\x0a\x03Ada"
PATIENCE = 5.0
REFUSED = ["grpc-status 8", "reset", "closed"]


def connect(server):
    context = ssl.create_default_context(cafile=server.cert("ca.crt"))
    context.set_alpn_protocols(["h2"])
    context.load_cert_chain(server.cert("client.crt"), server.cert("client.key"))
    raw = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
    return context.wrap_socket(raw, server_hostname="localhost")


def call(server, headers, body=HELLO_ADA, raw_header_block=None, acknowledge=False):
    """Makes one call and returns the grpc-status, or how the stream or connection ended.

    The limits that the server announces bind a client that has acknowledged them (RFC 9113,
    section 6.5.3); `acknowledge` waits for them and does so.
    """
    with connect(server) as sock:
        config = h2.config.H2Configuration(client_side=True, header_encoding="latin-1",
                                           validate_outbound_headers=False,
                                           normalize_outbound_headers=False)
        connection = h2.connection.H2Connection(config)
        connection.max_outbound_frame_size = 16384
        connection.initiate_connection()
        sock.sendall(connection.data_to_send())
        if acknowledge:
            events = []
            while not any(isinstance(event, h2.events.RemoteSettingsChanged) for event in events):
                events += connection.receive_data(sock.recv(65536))
            sock.sendall(connection.data_to_send())
        if raw_header_block is not None:
            frames = header_frames(raw_header_block)
            connection.encoder = hpack.Encoder()
            # The library must know of the stream that the frames open behind its back.
            connection.send_headers(1, headers)
            connection.data_to_send()
            try:
                sock.sendall(frames)
            except OSError:
                return "closed"
        else:
            connection.send_headers(1, headers)
        if body is not None:
            connection.send_data(1, body, end_stream=True)
        try:
            sock.sendall(connection.data_to_send())
            return outcome(sock, connection)
        except (OSError, h2.exceptions.ProtocolError):
            return "closed"


def header_frames(block):
    """HEADERS and CONTINUATION frames for stream 1 that carry `block`."""
    chunks = [block[i:i + 16384] for i in range(0, len(block), 16384)]
    frames = b""
    for index, chunk in enumerate(chunks):
        kind = 1 if index == 0 else 9
        flags = 4 if index == len(chunks) - 1 else 0
        frames += len(chunk).to_bytes(3, "big") + bytes([kind, flags]) + (1).to_bytes(4, "big") + chunk
    return frames


def outcome(sock, connection):
    deadline = time.monotonic() + PATIENCE
    status = "silent"
    while time.monotonic() < deadline:
        data = sock.recv(65536)
        if not data:
            return "closed"
        for event in connection.receive_data(data):
            if isinstance(event, (h2.events.ResponseReceived, h2.events.TrailersReceived)):
                found = dict(event.headers)
                if "grpc-status" in found:
                    return "grpc-status " + found["grpc-status"]
                if found.get(":status", "200") != "200":
                    status = "http " + found[":status"]
            if isinstance(event, h2.events.StreamReset):
                return "reset"
            if isinstance(event, h2.events.ConnectionTerminated):
                return "closed"
            if isinstance(event, h2.events.StreamEnded):
                return status
        sock.sendall(connection.data_to_send())
    return status


def headers(*extra, path=SAY_HELLO):
    return [(":method", "POST"), (":scheme", "https"), (":path", path), (":authority", "localhost"),
            ("content-type", "application/grpc"), ("te", "trailers"), *extra]


def without(name, replacement=None):
    kept = [(key, value) for key, value in headers() if key != name]
    return kept + ([(name, replacement)] if replacement is not None else [])


def flood(server, streams):
    """Opens and resets streams as fast as the socket takes them (CVE-2023-44487)."""
    with connect(server) as sock:
        encoder = hpack.Encoder()
        sock.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000"))
        try:
            for first in range(0, streams, 100):
                burst = b""
                for number in range(first, first + 100):
                    block = encoder.encode(headers())
                    stream = (2 * number + 1).to_bytes(4, "big")
                    burst += len(block).to_bytes(3, "big") + b"\x01\x04" + stream + block
                    burst += b"\x00\x00\x04\x03\x00" + stream + b"\x00\x00\x00\x08"
                sock.sendall(burst)
        except OSError:
            pass  # A server that hangs up on a flood is right to.


def main():
    source, binaries = sys.argv[1], sys.argv[2]
    with tempfile.TemporaryDirectory() as scratch:
        server = GreeterServer(source, binaries, scratch)
        good = "grpc-status 0"
        failures = []

        def check(what, got, allowed):
            print(f"{what}: {got}")
            if allowed is not None and got not in allowed:
                failures.append(f"{what}: got {got}, want one of {allowed}")
            if not server.is_alive():
                raise SystemExit(f"the server died of: {what}\n" + server.logged())
            again = call(server, headers())
            if again != good:
                failures.append(f"after {what} a good call got {again}")

        check("a good call", call(server, headers()), [good])
        check("grpclb_client_stats", call(server, headers(("grpclb_client_stats", "x"))), None)
        check("te: x", call(server, without("te", "x")), None)
        check(":scheme: x", call(server, without(":scheme", "x")), None)
        check("a bad -bin value", call(server, headers(("x-bin", "!!!not base64!!!"))), None)
        check("identity headers", call(server, headers(
            ("x-forwarded-client-cert", "Subject=\"CN=root\""), ("x509_common_name", "root"),
            ("x-ssl-client-cn", "root"))), [good])
        large = headers(("x-large", "a" * 20_000))
        check("20 kB of metadata before the limits are known", call(server, large), None)
        check("20 kB of metadata", call(server, large, acknowledge=True), REFUSED)
        six_mb = hpack.Encoder().encode(headers(("x-huge", "a" * 6_000_000)), huffman=False)
        check("6 MB of metadata", call(server, headers(), raw_header_block=six_mb, acknowledge=True),
              REFUSED)
        for path in ["", "*", "helloworld.Greeter/SayHello", "//helloworld.Greeter/SayHello",
                     "/helloworld.Greeter//SayHello", "/helloworld.Greeter/SayHello\x00",
                     "/HELLOWORLD.GREETER/SAYHELLO", "/helloworld.Greeter/%53ayHello",
                     "/helloworld.Greeter/SayHello/", "/\x1b[31m/\x7f", "/\xff\xfe/\x80",
                     "/" + "a." * 3000 + "S/M"]:
            got = call(server, headers(path=path))
            check(f"path {path[:40]!r}", got, None)
            if got == good:
                failures.append(f"path {path!r} was answered")
        check("no body", call(server, headers(), body=b""), None)
        check("half a message", call(server, headers(), body=HELLO_ADA[:7]), None)
        check("a message that claims 4 GiB", call(server, headers(), body=b"\x00\xff\xff\xff\xff"),
              None)
        flood(server, 20_000)
        check("20,000 streams opened and reset", "sent", None)

        code = server.stop()
        if code != 0:
            failures.append(f"the server exited with {code}")
        with open(server.audit, "rb") as trail:
            for number, line in enumerate(trail, 1):
                if any(byte < 0x20 or byte > 0x7E for byte in line.rstrip(b"\n")):
                    failures.append(f"audit line {number} is not plain ASCII")
        if failures:
            raise SystemExit("\n".join(failures))
        print("the server survived it all")


main()
