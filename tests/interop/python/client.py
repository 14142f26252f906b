"""Calls SayHello and SayHelloBidiStream as a Python developer would, and prints what comes back.

Usage: client.py STUBS_DIR TARGET CA CERTIFICATE KEY
"""

import sys

import grpc


def main():
    stubs, target, ca, certificate, key = sys.argv[1:]
    sys.path.insert(0, stubs)
    from helloworld import helloworld_pb2

    def read(path):
        with open(path, "rb") as file:
            return file.read()

    credentials = grpc.ssl_channel_credentials(read(ca), read(key), read(certificate))
    with grpc.secure_channel(target, credentials) as channel:
        say_hello = channel.unary_unary(
            "/helloworld.Greeter/SayHello",
            request_serializer=helloworld_pb2.HelloRequest.SerializeToString,
            response_deserializer=helloworld_pb2.HelloReply.FromString)
        chat = channel.stream_stream(
            "/helloworld.Greeter/SayHelloBidiStream",
            request_serializer=helloworld_pb2.HelloRequest.SerializeToString,
            response_deserializer=helloworld_pb2.HelloReply.FromString)
        try:
            request = helloworld_pb2.HelloRequest(name="Python")
            print("Greeting:", say_hello(request, timeout=10).message)
            names = ["Ada", "Bob"]
            replies = chat(iter([helloworld_pb2.HelloRequest(name=name) for name in names]),
                           timeout=10)
            print("Chat:", ", ".join(reply.message for reply in replies))
        except grpc.RpcError as error:
            print(f"refused: {error.code().name}: {error.details()}")


main()
