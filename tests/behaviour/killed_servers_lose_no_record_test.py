#!/usr/bin/env python3
"""A server that is killed with SIGKILL at a random moment under load, again and again: every call
that was answered has its record, the chain goes on over all the ends, and of the record that was
being written at most one torn line is left, which the next start cuts off and tells of.

KILLS sets how often it is killed for each kind of durability.

Usage: killed_servers_lose_no_record_test.py SOURCE_DIR BINARY_DIR
"""

import os
import random
import subprocess
import sys
import tempfile
import threading
import time

import grpc

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from audit_trail import check_chain, read_lines  # noqa: E402
from greeter_server import GreeterServer  # noqa: E402

KILLS = int(os.environ.get("KILLS", "50"))
CHANNELS = 4
IN_FLIGHT = 4
# HelloRequest{name: "Ada"}.
REQUEST = b"\x0a\x03Ada"


class Load:
    """Calls the server over several connections until it dies, and counts what was answered."""

    def __init__(self, server):
        self._lock = threading.Lock()
        self.greeted = 0
        # The records that refused callers were told.
        self.refusals = set()
        self._stops = False
        self._channels = [self._connect(server, "other-client" if i == 0 else "client")
                          for i in range(CHANNELS)]
        self._threads = [threading.Thread(target=self._call, args=(channel,))
                         for channel in self._channels for _ in range(IN_FLIGHT)]
        for thread in self._threads:
            thread.start()

    @staticmethod
    def _connect(server, name):
        def read(file):
            with open(server.cert(file), "rb") as content:
                return content.read()
        credentials = grpc.ssl_channel_credentials(
            read("ca.crt"), read(f"{name}.key"), read(f"{name}.crt"))
        return grpc.secure_channel(f"ipv4:127.0.0.1:{server.port}", credentials,
                                   [("grpc.ssl_target_name_override", "localhost"),
                                    ("grpc.use_local_subchannel_pool", 1)])

    def _call(self, channel):
        hello = channel.unary_unary("/helloworld.Greeter/SayHello")
        while not self._stops:
            try:
                answer = hello(REQUEST, timeout=5)
                assert b"Ada" in answer
                with self._lock:
                    self.greeted += 1
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.PERMISSION_DENIED:
                    return
                with self._lock:
                    self.refusals.add(error.details().split()[-1])

    def finish(self):
        self._stops = True
        for thread in self._threads:
            thread.join()
        for channel in self._channels:
            channel.close()


def kill_under_load(server):
    """Starts the server, kills it, and returns what was answered and what of a line was left."""
    server.start()
    load = Load(server)
    time.sleep(random.uniform(0.02, 0.25))
    server.process.kill()
    server.process.wait()
    load.finish()
    _, torn = read_lines(server.audit)
    return load, torn


def check(durability, api):
    with tempfile.TemporaryDirectory() as scratch:
        # Each denial has its own record, to be found by the id that the caller was told.
        server = GreeterServer(sys.argv[1], sys.argv[2], scratch,
                               ["--audit-durability", durability, "--api", api,
                                "--audit-denial-burst", "0"])
        server.stop()
        greeted, refusals, torn_lines = 0, set(), 0
        for _ in range(KILLS):
            load, torn = kill_under_load(server)
            greeted += load.greeted
            refusals |= load.refusals
            torn_lines += bool(torn)
        server.start()
        server.stop()

        lines, rest = read_lines(server.audit)
        assert rest == b"", rest
        records, _ = check_chain(lines)
        decisions = [record["event"] for record in records
                     if record["event"]["action"] == "authorize"]
        allowed = sum(event["outcome"] == "success" for event in decisions)
        ids = {event["id"] for event in decisions if event["outcome"] == "failure"}
        assert len(decisions) == len({event["id"] for event in decisions}), "a record stands twice"
        assert greeted and refusals, "the load has done nothing"
        assert allowed >= greeted, f"{greeted} calls were answered, {allowed} are recorded"
        assert refusals <= ids, f"without a record: {refusals - ids}"
        opened = [record for record in records if record["event"]["action"] == "audit-open"]
        told = sum("torn" in record["certgate"]["trail"] for record in opened)
        assert told == torn_lines, f"{torn_lines} torn lines, {told} of them told"
        assert len(opened) == KILLS + 2, len(opened)
        verified = subprocess.run([os.path.join(sys.argv[2], "certgate"), "audit", "verify",
                                   server.audit], capture_output=True, text=True)
        assert verified.returncode == 0, verified.stdout + verified.stderr
        print(f"{durability}, {api}: {KILLS} kills, {greeted} greetings and {len(refusals)} refusals "
              f"answered, {len(decisions)} decisions recorded, {torn_lines} torn lines")


for durability, api in (("write", "callback"), ("write", "sync"), ("fsync", "callback"), ("fsync", "sync")):
    check(durability, api)
