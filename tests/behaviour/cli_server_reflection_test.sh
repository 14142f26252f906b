#!/usr/bin/env bash
# Reflection is served only where the settings switch it on, and then only to callers that the
# policy admits.
. "$(dirname "$0")/../support/programs.sh"

cat >"$work/policy.yaml" <<'POLICY'
version: 1
name: reflection
methods:
  /grpc.reflection.v1alpha.ServerReflection/*:
    allow:
      - cn: my-grpc-client
POLICY

# Asks for the list of services as the holder of $work/certs/$1.crt, and prints the status code and
# whether the answer names the Greeter.
cat >"$work/list_services.py" <<'PYTHON'
import sys
import grpc

certs, name, port = sys.argv[1:]
read = lambda file: open(f"{certs}/{file}", "rb").read()
credentials = grpc.ssl_channel_credentials(
    read("ca.crt"), read(f"{name}.key"), read(f"{name}.crt"))
with grpc.secure_channel(f"127.0.0.1:{port}", credentials) as channel:
    call = channel.stream_stream(
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
    list_services = b"\x3a\x01*"  # ServerReflectionRequest.list_services = "*"
    try:
        replies = list(call(iter([list_services]), timeout=20))
        print("OK", any(b"helloworld.Greeter" in reply for reply in replies))
    except grpc.RpcError as error:
        print(error.code().name)
PYTHON
# The distribution's Python: gRPC is one of its packages.
services_as() {
  timeout 60 /usr/bin/python3 "$work/list_services.py" "$work/certs" "$1" "$port"
}

start_server
expect_exit 0 services_as client
expect_output "UNIMPLEMENTED"
stop_server

start_server --reflection
expect_exit 0 services_as client
expect_output "OK True"
expect_exit 0 services_as other-client
expect_output "PERMISSION_DENIED"
