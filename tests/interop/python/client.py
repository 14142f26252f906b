"""Calls a method of the Greeter as a Python developer would, and prints what comes back.

Usage: client.py STUBS_DIR TARGET METHOD NAME...

Certificates are ca.crt, client.crt and client.key in the working directory; without a client.crt
the client shows none.
"""

import os
import sys

import grpc


def read(path):
    with open(path, "rb") as file:
        return file.read()


def credentials():
    if os.path.exists("client.crt"):
        return grpc.ssl_channel_credentials(read("ca.crt"), read("client.key"), read("client.crt"))
    return grpc.ssl_channel_credentials(read("ca.crt"))


def replies_to(channel, method, requests, messages):
    """Yields the replies of one call."""
    coding = {"request_serializer": messages.HelloRequest.SerializeToString,
              "response_deserializer": messages.HelloReply.FromString}
    if method.endswith("/SayHelloStreamReply"):
        yield from channel.unary_stream(method, **coding)(requests[0], timeout=30)
    elif method.endswith("/SayHelloCollect"):
        yield channel.stream_unary(method, **coding)(iter(requests), timeout=30)
    elif method.endswith("/SayHelloBidiStream"):
        yield from channel.stream_stream(method, **coding)(iter(requests), timeout=30)
    else:
        yield channel.unary_unary(method, **coding)(requests[0], timeout=30)


def main():
    stubs, target, method, *names = sys.argv[1:]
    sys.path.insert(0, stubs)
    from helloworld import helloworld_pb2 as messages

    requests = [messages.HelloRequest(name=name) for name in names]
    with grpc.secure_channel(target, credentials()) as channel:
        try:
            for reply in replies_to(channel, method, requests, messages):
                print(reply.message)
            print("OK")
        except grpc.RpcError as error:
            print(error.code().name, error.details())


main()
