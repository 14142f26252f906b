#!/usr/bin/env bash
# Usage: client_test.sh SOURCE_DIR BIN_DIR
# Runs the Python client, with the distribution's python3-grpcio, as a listed and as an unlisted
# caller.
. "$(dirname "$0")/../../support/programs.sh"

mkdir "$work/stubs"
protoc --proto_path="$source_dir/proto" --python_out="$work/stubs" helloworld/helloworld.proto
start_server

greet_as() {
  # The distribution's Python, which has the distribution's packages.
  /usr/bin/python3 "$source_dir/tests/interop/python/client.py" "$work/stubs" "127.0.0.1:$port" \
    "$work/certs/ca.crt" "$work/certs/$1.crt" "$work/certs/$1.key"
}

expect_exit 0 greet_as client
expect_output "Greeting: Hello Python"
expect_output "Chat: Hello Ada, Hello Bob"

expect_exit 0 greet_as other-client
expect_output "refused: PERMISSION_DENIED: certgate refused this call, audit record "

stop_server
