#!/usr/bin/env python3
"""Calls a greeter-server until its standard input ends, and says as JSON how it was served: half of
the calls go over one connection, half over a new one each. A process of its own, so that what a
test does to the server does not hold up the one who measures.

Usage: good_client.py PORT CERTIFICATES_DIR
"""

import json
import os
import select
import sys
import time

import grpc

# For what is lost, not for what is slow: the machine may have much else to do.
PATIENCE = 60
PAUSE = 0.01
# HelloRequest{name: "Ada"}.
REQUEST = b"\x0a\x03Ada"


def credentials(folder):
    def read(name):
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()
    return grpc.ssl_channel_credentials(read("ca.crt"), read("client.key"), read("client.crt"))


def main():
    authority = credentials(sys.argv[2])

    def channel():
        return grpc.secure_channel(f"ipv4:127.0.0.1:{sys.argv[1]}", authority,
                                   [("grpc.ssl_target_name_override", "localhost"),
                                    ("grpc.use_local_subchannel_pool", 1)])

    result = {"calls": 0, "slowest": 0.0, "failures": []}

    def call(over):
        start = time.monotonic()
        try:
            answer = over.unary_unary("/helloworld.Greeter/SayHello")(REQUEST, timeout=PATIENCE)
            if b"Ada" not in answer:
                result["failures"].append(repr(answer))
        except grpc.RpcError as error:
            result["failures"].append(f"{error.code().name}: {error.details()}")
        result["calls"] += 1
        result["slowest"] = max(result["slowest"], time.monotonic() - start)

    with channel() as kept:
        call(kept)
        print("ready", flush=True)
        while not select.select([sys.stdin], [], [], PAUSE)[0]:
            call(kept)
            with channel() as new:
                call(new)
    print(json.dumps(result), flush=True)


main()
