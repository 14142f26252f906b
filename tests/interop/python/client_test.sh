#!/usr/bin/env bash
# Usage: client_test.sh SOURCE_DIR BIN_DIR
# Runs the Python client, with the distribution's python3-grpcio, as a listed and as an unlisted
# caller.
set -euo pipefail

source_dir=$1 binaries=$2
. "$source_dir/tests/support/greeter_server.sh"
scratch=$(mktemp -d)
server_pid=
trap '[ -z "$server_pid" ] || kill "$server_pid"; rm -rf "$scratch"' EXIT

mkdir "$scratch/stubs"
protoc --proto_path="$source_dir/proto" --python_out="$scratch/stubs" helloworld/helloworld.proto
start_greeter_server "$source_dir" "$binaries" "$scratch"

greet_as() {
  # The distribution's Python, which has the distribution's packages.
  /usr/bin/python3 "$source_dir/tests/interop/python/client.py" "$scratch/stubs" \
    "localhost:$server_port" "$scratch/certs/ca.crt" "$scratch/certs/$1.crt" "$scratch/certs/$1.key"
}

listed=$(greet_as client)
echo "listed: $listed"
[[ $listed == "Greeting: Hello Python"$'\n'"Chat: Hello Ada, Hello Bob" ]]

unlisted=$(greet_as other-client)
echo "unlisted: $unlisted"
[[ $unlisted == "refused: PERMISSION_DENIED: certgate refused this call, audit record "* ]]

stop_greeter_server
server_pid=
