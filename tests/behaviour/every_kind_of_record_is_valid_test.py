#!/usr/bin/env python3
"""Makes a server write each kind of record, under the eyes of hostile clients, and holds the whole
trail to what is published: the chain, and the JSON Schema.

Usage: every_kind_of_record_is_valid_test.py SOURCE_DIR BINARY_DIR
"""

import os
import resource
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from audit_trail import check_chain, check_schema, read_lines  # noqa: E402
from certificates import Minter  # noqa: E402
from greeter_server import GreeterServer  # noqa: E402
from hostile import records, tcp, wait_until  # noqa: E402
from http2_client import HELLO, SAY_HELLO, Http2Client  # noqa: E402

KINDS = {"authorize", "revoke-call", "call-end", "audit-suppressed", "policy-load", "tls-handshake",
         "audit-open", "audit-close", "audit-checkpoint"}
PATHS = ["*", "/", "//", "/helloworld.Greeter/SayHello\x1b[31m", "/\u202e/\u00ff", '/"},{"x":1',
         "/helloworld.Greeter/SayHello\\u0000", "/acme.Shop/" + "Buy" * 1000, "/acme.Shop/Buy\x7f"]
HOSTILE_NAMES = ['odd"},{"event', "\u202eclient", "<img src=x onerror=alert(1)>", "a" * 64, "\\u0000\\n"]


def call(client, path, body=HELLO):
    stream = client.call(path, body)
    client.run_until(lambda: client.has_ended(stream)
                     or client.hung_up)


def calls_of_all_sorts(server, minter):
    for number, name in enumerate(HOSTILE_NAMES):
        minter.leaf(f"hostile-{number}", "ca", 3, common_name=name)
    for name in ["client", "other-client", "operator",
                 *(f"hostile-{number}" for number in range(len(HOSTILE_NAMES)))]:
        for path in [SAY_HELLO, "/helloworld.Greeter/SayHelloStreamReply",
                     "/helloworld.Greeter/SayHelloCollect", "/helloworld.Greeter/SayHelloBidiStream",
                     "/grpc.health.v1.Health/Check", "/acme.Shop/Buy"]:
            with Http2Client(server, name) as client:
                call(client, path)
    for path in PATHS:
        with Http2Client(server) as client:
            try:
                call(client, path)
            except AssertionError:
                assert client.hung_up and server.is_alive(), server.logged()


def flood(server):
    with Http2Client(server, "other-client") as client:
        for _ in range(100):
            call(client, "/acme.Shop/Sell")
    wait_until(lambda: records(server, "audit-suppressed"), "the denials counted")


def fail_handshakes(server):
    for nonsense in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"\x00" * 100):
        with tcp(server) as sock:
            sock.sendall(nonsense)
    wait_until(lambda: records(server, "tls-handshake"), "failed handshakes recorded")


def reload(server, policy, text):
    loads = len(records(server, "policy-load"))
    with open(policy + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(policy + ".new", policy)
    wait_until(lambda: len(records(server, "policy-load")) > loads, "the policy looked at")


def lose_right(server, policy, sample):
    with Http2Client(server) as client:
        client.call("/helloworld.Greeter/SayHelloBidiStream", HELLO, end=False)
        wait_until(lambda: any(record["rpc"]["method"].endswith("BidiStream")
                               for record in records(server, "authorize")[-1:]), "the stream begun")
        reload(server, policy, sample.replace("cn: my-grpc-client", "cn: another-client"))
        wait_until(lambda: records(server, "revoke-call"), "the stream ended")
    reload(server, policy, "version: 1\nmethds: {}\n")
    reload(server, policy, sample)


def fill_disk(server):
    """The limit of the size of files stands for the disk."""
    pid, (_, hard) = server.process.pid, resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (os.path.getsize(server.audit), hard))
    with Http2Client(server) as client:
        call(client, SAY_HELLO)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
        call(client, SAY_HELLO)


def make_key(path):
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True,
                   capture_output=True)


def main():
    with tempfile.TemporaryDirectory() as scratch:
        policy, key = os.path.join(scratch, "policy.yaml"), os.path.join(scratch, "audit.key")
        with open(os.path.join(sys.argv[1], "policy/policy.yaml"), encoding="utf-8") as file:
            sample = file.read()
        with open(policy, "w", encoding="utf-8") as file:
            file.write(sample)
        make_key(key)
        server = GreeterServer(sys.argv[1], sys.argv[2], scratch, [
            "--audit-call-end", "*", "--audit-signing-key", key], policy=policy)
        calls_of_all_sorts(server, Minter(server.certs))
        fail_handshakes(server)
        flood(server)
        lose_right(server, policy, sample)
        fill_disk(server)
        server.process.send_signal(signal.SIGHUP)
        assert server.stop() == 0, server.logged()
        with open(server.audit, "ab") as trail:
            trail.write(b'{"@timestamp":"torn')
        server.start()
        assert server.stop() == 0, server.logged()

        lines, rest = read_lines(server.audit)
        assert rest == b"", rest
        trail, _ = check_chain(lines)
        check_schema(sys.argv[1], trail)
        seen = {record["event"]["action"] for record in trail}
        assert seen == KINDS, KINDS ^ seen
        reasons = {record["event"].get("reason") for record in trail}
        expected = {"allowed", "no_matching_rule", "malformed_method", "method_not_listed", "flood",
                    "unwritable", "loaded", "refused", "start", "stop"}
        assert expected <= reasons, expected - reasons
        told = [record["certgate"]["trail"].get("torn") for record in trail
                if record["event"]["action"] == "audit-open"]
        assert told == [None, '{"@timestamp":"torn'], told
        print(f"{len(trail)} records of {len(seen)} kinds are chained and valid")


main()
