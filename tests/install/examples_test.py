#!/usr/bin/env python3
"""The example servers let in and refuse as their policy says, and the one before its conversion lets
everybody in who has a certificate.

Usage: examples_test.py SOURCE_DIR BIN_DIR
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

import grpc

SOURCE, BINARIES = sys.argv[1:3]
SCRATCH = tempfile.mkdtemp()
FOLDER = os.path.join(SCRATCH, "files")
PREFIX = "/acme.shop.v1.Orders/"


def prepare():
    subprocess.run([os.path.join(SOURCE, "scripts/make-certs.sh"), FOLDER], check=True,
                   stdout=subprocess.DEVNULL)
    shutil.copy(os.path.join(SOURCE, "examples/policy.yaml"), FOLDER)
    subprocess.run(["protoc", "--proto_path", os.path.join(SOURCE, "examples/proto"), "--python_out",
                    SCRATCH, "acme/shop/v1/orders.proto"], check=True)
    sys.path.insert(0, SCRATCH)


prepare()
from acme.shop.v1 import orders_pb2 as messages  # noqa: E402


def read(name):
    with open(os.path.join(FOLDER, name), "rb") as file:
        return file.read()


class Server:
    def __init__(self, program):
        self.process = subprocess.Popen([os.path.join(BINARIES, program), "127.0.0.1:0", FOLDER],
                                        stdout=subprocess.PIPE, text=True)
        # The library's own log comes to standard output too, as spdlog does unless told otherwise.
        for line in self.process.stdout:
            if line.startswith("listening on port "):
                self.port = int(line.split()[-1])
                return
        raise SystemExit(f"{program} does not listen")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=60)

    def channel(self, caller):
        credentials = grpc.ssl_channel_credentials(read("ca.crt"), read(caller + ".key"),
                                                   read(caller + ".crt"))
        return grpc.secure_channel(f"localhost:{self.port}", credentials)

    def place(self, caller):
        with self.channel(caller) as channel:
            method = channel.unary_unary(PREFIX + "Place",
                                         request_serializer=messages.PlaceRequest.SerializeToString,
                                         response_deserializer=messages.PlaceReply.FromString)
            return method(messages.PlaceRequest(item="lamp"), timeout=60)

    def watch(self, caller):
        with self.channel(caller) as channel:
            method = channel.unary_stream(PREFIX + "Watch",
                                          request_serializer=messages.WatchRequest.SerializeToString,
                                          response_deserializer=messages.Progress.FromString)
            return [reply.state for reply in method(messages.WatchRequest(order="1"), timeout=60)]

    def scan(self, caller):
        items = [messages.Item(name="lamp", cents=1999), messages.Item(name="bulb", cents=250)]
        with self.channel(caller) as channel:
            method = channel.stream_stream(PREFIX + "Scan",
                                           request_serializer=messages.Item.SerializeToString,
                                           response_deserializer=messages.Sum.FromString)
            return [reply.cents for reply in method(iter(items), timeout=60)]


def expect_refused(call, *arguments):
    try:
        call(*arguments)
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.PERMISSION_DENIED, error
        assert error.details().startswith("certgate refused this call, audit record "), error
        return
    raise SystemExit(f"{call.__name__} by {arguments} is not refused")


def decisions():
    records = [json.loads(line) for line in read("audit.jsonl").splitlines()]
    os.remove(os.path.join(FOLDER, "audit.jsonl"))
    return [(record["event"]["action"], record["rpc"]["method"].rsplit("/")[-1],
             record["event"]["outcome"])
            for record in records if record["event"]["action"] in ("authorize", "call-end")]


def the_sync_service():
    with Server("sync-service") as server:
        reply = server.place("client")
        assert (reply.order, reply.placed_by) == ("one lamp", "my-grpc-client"), reply
        expect_refused(server.place, "other-client")
        expect_refused(server.watch, "client")
    assert decisions() == [("authorize", "Place", "success"), ("authorize", "Place", "failure"),
                           ("authorize", "Watch", "failure")]


def the_streams():
    with Server("callback-streams") as server:
        assert server.place("client").placed_by == "my-grpc-client"
        assert server.watch("operator") == ["taken", "packed", "delivered"]
        expect_refused(server.watch, "client")
        assert server.scan("client") == [1999, 2249]
        expect_refused(server.scan, "other-client")
    found = decisions()
    assert found.count(("call-end", "Watch", "success")) == 1, found
    assert found.count(("call-end", "Scan", "success")) == 1, found
    assert len(found) == 7, found


def the_conversion():
    with Server("conversion-before") as server:
        assert server.place("client").order == server.place("other-client").order == "one lamp"
    assert not os.path.exists(os.path.join(FOLDER, "audit.jsonl"))
    with Server("conversion-after") as server:
        assert server.place("client").order == "one lamp"
        expect_refused(server.place, "other-client")
    assert decisions() == [("authorize", "Place", "success"), ("authorize", "Place", "failure")]


try:
    the_sync_service()
    the_streams()
    the_conversion()
finally:
    shutil.rmtree(SCRATCH)
