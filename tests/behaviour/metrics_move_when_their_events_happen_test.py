#!/usr/bin/env python3
"""Every metric that docs/operations.md names is there, and moves when what it counts happens; and
none tells who calls.

Usage: metrics_move_when_their_events_happen_test.py SOURCE_DIR BIN_DIR
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import grpc

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from greeter_server import GreeterServer  # noqa: E402
from metrics import scrape, wait_for  # noqa: E402

SOURCE, BINARIES = sys.argv[1:3]
SAMPLE_POLICY = os.path.join(SOURCE, "policy/policy.yaml")
# Of the callers' certificates that make-certs.sh makes.
CALLERS = ["other-client", "my-grpc-client", "payments", "alice", "sre"]
DECISIONS = "certgate_decisions_total"
moved = set()


def documented():
    with open(os.path.join(SOURCE, "docs/operations.md"), encoding="utf-8") as page:
        return set(re.findall(r"^\| `(certgate_\w+)", page.read(), re.MULTILINE))


def replace(path, text):
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(path + ".new", path)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def client(server, name, *arguments):
    return [os.path.join(BINARIES, "greeter-client"), "--target", f"127.0.0.1:{server.port}", "--ca",
            server.cert("ca.crt"), "--cert", server.cert(name + ".crt"), "--key",
            server.cert(name + ".key"), *arguments]


def call(server, name):
    subprocess.run(client(server, name), check=True, stdout=subprocess.DEVNULL, timeout=60)


def call_in_vain(server, name, *arguments):
    """A call that the server refuses."""
    run = subprocess.run(client(server, name, *arguments), stdin=subprocess.DEVNULL,
                         capture_output=True, timeout=60)
    assert run.returncode > 64, run


def credentials(server):
    def read_bytes(name):
        with open(server.cert(name), "rb") as file:
            return file.read()
    return grpc.ssl_channel_credentials(read_bytes("ca.crt"), read_bytes("client.key"),
                                        read_bytes("client.crt"))


def expect(reading, **values):
    for name, value in values.items():
        actual = reading.get("certgate_" + name)
        assert actual == value, f"{name} is {actual} instead of {value}\n{reading.text}"
        moved.add("certgate_" + name)


def all_are_there(server, started):
    reading = scrape(server)
    names = documented()
    # Nothing was decided yet.
    assert names and reading.names() == names - {DECISIONS}, reading.names() ^ names
    assert reading.helped == names and set(reading.types) == names, reading.text
    for name in names:
        assert (reading.types[name] == "counter") == name.endswith("_total"), name
    expect(reading, identity_cache_hits_total=0, identity_cache_misses_total=0, audit_writable=1,
           audit_failures_total=0, audit_dropped_total=0, audit_suppressed_total=0,
           audit_queue_size=0, decision_duration_seconds_count=0, policy_generation=1, loads_total=0, load_failures_total=0, files_in_force=1,
           running_calls=0, revoked_calls_total=0, failed_handshakes_total=0,
           identity_cache_size=0)
    moved.clear()
    times = [reading.get("certgate_start_time_seconds"),
             reading.get("certgate_loaded_timestamp_seconds", part="rules"),
             reading.get("certgate_loaded_timestamp_seconds", part="key_pair")]
    assert all(started - 1 <= at <= time.time() + 1 for at in times), (started, times)
    assert {dict(labels)["kind"]
            for labels in reading.series("certgate_expiry_timestamp_seconds")} == {
                "server certificate", "client CA"}
    return reading


def certificates_become_known(server):
    call(server, "client")
    expect(scrape(server), identity_cache_size=1, identity_cache_misses_total=1,
           identity_cache_hits_total=0)
    call(server, "client")
    call(server, "operator")
    expect(scrape(server), identity_cache_size=2, identity_cache_misses_total=2,
           identity_cache_hits_total=1)


def decided(reading, **labels):
    moved.add(DECISIONS)
    return reading.sum(DECISIONS, **labels)


def each_decision_is_counted_and_timed(server):
    before = scrape(server)
    hello = "/helloworld.Greeter/SayHello"
    call(server, "client")
    call_in_vain(server, "other-client")
    call_in_vain(server, "other-client", "chat")
    reading = scrape(server)
    for count, labels in [
            (1, {"method": hello, "effect": "allow", "reason": "allowed", "mode": "enforce"}),
            (1, {"method": hello, "effect": "deny", "reason": "no_matching_rule", "mode": "enforce"}),
            (1, {"method": "/helloworld.Greeter/SayHelloBidiStream", "effect": "deny"}), (3, {})]:
        assert decided(reading, **labels) - decided(before, **labels) == count, (labels, reading.text)
    for name in ["certgate_decision_duration_seconds", "certgate_audit_write_duration_seconds"]:
        reading.check_histogram(name)
        assert reading.get(name + "_count") - before.get(name + "_count") == 3, reading.text
        assert reading.get(name + "_sum") > before.get(name + "_sum"), reading.text
        moved.add(name)
    records = "certgate_audit_records_total"
    assert reading.get(records) - before.get(records) == 3, reading.text
    moved.add(records)


def made_up_methods_add_no_series(server):
    series = len(scrape(server).series(DECISIONS))
    with grpc.secure_channel(f"127.0.0.1:{server.port}", credentials(server)) as channel:
        for number in range(150):
            made_up = channel.unary_unary(f"/made.Up/Method{number}")
            try:
                made_up(b"", timeout=60)
                raise SystemExit("a method that nobody has answers")
            except grpc.RpcError as error:
                assert error.code() == grpc.StatusCode.PERMISSION_DENIED, error
    reading = scrape(server)
    assert decided(reading, method="other") == 150, reading.text
    assert len(reading.series(DECISIONS)) == series + 1, reading.text
    suppressed = "certgate_audit_suppressed_total"
    reading = wait_for(server, lambda now: now.get(suppressed) > 0, "denials that are counted")
    moved.add(suppressed)


def a_full_trail_is_seen(server):
    """The trail's file may not grow any more."""
    size = os.path.getsize(server.audit)
    limit = ["prlimit", "--pid", str(server.process.pid)]
    subprocess.run([*limit, f"--fsize={size}:"], check=True)
    call_in_vain(server, "client")
    expect(scrape(server), audit_writable=0, audit_failures_total=1)
    subprocess.run([*limit, "--fsize=unlimited:"], check=True)
    reading = wait_for(server, lambda now: now.get("certgate_audit_writable") == 1, "a trail again")
    expect(reading, audit_failures_total=1)


def a_queue_fills(scratch):
    """A syslog server that may be missing, and is: two records wait, the others are dropped."""
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    server = GreeterServer(SOURCE, BINARIES, scratch, flags=[
        "--metrics-listen", "127.0.0.1:0", "--audit-queue", "2",
        "--audit-sink", f"syslog:tcp:127.0.0.1:{port} required=off"])
    for _ in range(5):
        call(server, "client")
    queue, dropped = "certgate_audit_queue_size", "certgate_audit_dropped_total"
    reading = wait_for(server, lambda now: now.get(dropped) > 0 and now.get(queue) == 2,
                       "a full queue")
    moved.update([queue, dropped])
    # That keeps no call from being recorded where it has to be.
    expect(reading, audit_writable=1, audit_failures_total=0)
    server.stop()


def a_policy_breaks_and_is_repaired(server, policy):
    before = scrape(server)
    good = read(policy)
    replace(policy, good.replace("    allow:", "    alow:", 1))
    reading = wait_for(server, lambda now: now.get("certgate_files_in_force") == 0, "a bad policy")
    expect(reading, files_in_force=0, load_failures_total=1, loads_total=0, policy_generation=1)

    replace(policy, good.replace("    deny:\n", "    deny:\n      - cn: edge-18\n", 1))
    reading = wait_for(server, lambda now: now.get("certgate_files_in_force") == 1, "a repair")
    expect(reading, files_in_force=1, load_failures_total=1, loads_total=1, policy_generation=2,
           policy_entries=before.get("certgate_policy_entries") + 1)
    loaded = "certgate_loaded_timestamp_seconds"
    assert reading.get(loaded, part="rules") > before.get(loaded, part="rules"), reading.text
    assert reading.get(loaded, part="key_pair") == before.get(loaded, part="key_pair")
    moved.add(loaded)


def a_running_call_is_revoked(server, policy):
    chat = subprocess.Popen(client(server, "client", "--timeout", "0", "chat"),
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True)
    try:
        chat.stdin.write("Ada\n")
        chat.stdin.flush()
        assert "Hello Ada" in chat.stdout.readline()
        expect(scrape(server), running_calls=1, revoked_calls_total=0)
        replace(policy, read(policy).replace("cn: my-grpc-client", "cn: somebody-else"))
        # The call is ended first, the load counted then.
        reading = wait_for(server, lambda now: now.get("certgate_running_calls") == 0
                           and now.get("certgate_loads_total") == 2, "the end")
        expect(reading, running_calls=0, revoked_calls_total=1, loads_total=2, policy_generation=3)
        chat.stdin.close()
        assert chat.wait(timeout=60) == 71, chat.returncode   # 64 + PERMISSION_DENIED
    finally:
        chat.kill()
        chat.wait()


def a_handshake_fails(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try:
            while sock.recv(4096):
                pass
        except ConnectionResetError:
            pass
    name = "certgate_failed_handshakes_total"
    expect(wait_for(server, lambda now: now.get(name) != 0, "a failed handshake"),
           failed_handshakes_total=1)


def the_server_gets_a_new_certificate(server):
    path = server.cert("server.crt")
    before = scrape(server)
    run = ["openssl", "x509", "-req", "-in", server.cert("new.csr"), "-days", "3", "-copy_extensions",
           "copy", "-CA", server.cert("ca.crt"), "-CAkey", server.cert("ca.key"), "-out",
           server.cert("new.crt")]
    subprocess.run(["openssl", "req", "-new", "-key", server.cert("server.key"), "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out",
                    server.cert("new.csr")], check=True, capture_output=True)
    subprocess.run(run, check=True, capture_output=True)
    os.rename(server.cert("new.crt"), path)

    loaded = "certgate_loaded_timestamp_seconds"
    reading = wait_for(
        server, lambda now: now.get(loaded, part="key_pair") > before.get(loaded, part="key_pair"),
        "a new certificate")
    expect(reading, loads_total=3, policy_generation=3, files_in_force=1)
    name = "certgate_expiry_timestamp_seconds"
    labels = {"kind": "server certificate", "name": path}
    assert before.get(name, **labels) > time.time() + 300 * 86400, before.text
    assert abs(reading.get(name, **labels) - time.time() - 3 * 86400) < 600, reading.text
    moved.add(name)


def nobody_is_named(server):
    text = scrape(server).text
    for caller in CALLERS:
        assert caller not in text, f"`{caller}` is in\n{text}"


def main():
    with tempfile.TemporaryDirectory() as scratch:
        policy = os.path.join(scratch, "policy.yaml")
        shutil.copy(SAMPLE_POLICY, policy)
        started = time.time()
        server = GreeterServer(SOURCE, BINARIES, scratch, policy=policy,
                               flags=["--metrics-listen", "127.0.0.1:0"])
        first = all_are_there(server, started)
        certificates_become_known(server)
        each_decision_is_counted_and_timed(server)
        made_up_methods_add_no_series(server)
        a_full_trail_is_seen(server)
        a_policy_breaks_and_is_repaired(server, policy)
        a_running_call_is_revoked(server, policy)
        a_handshake_fails(server)
        the_server_gets_a_new_certificate(server)
        nobody_is_named(server)
        start = "certgate_start_time_seconds"
        assert scrape(server).get(start) == first.get(start)
        code = server.stop()
        assert code == 0, f"the server exited with {code}:\n{server.logged()}"
    with tempfile.TemporaryDirectory() as scratch:
        a_queue_fills(scratch)
    assert moved == documented() - {start}, moved ^ documented()


main()
