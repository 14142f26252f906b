#!/usr/bin/env bash
# Usage: client_test.sh SOURCE_DIR BIN_DIR
# Makes the calls of cases.txt with the Python client and the distribution's python3-grpcio.
. "$(dirname "$0")/../../support/programs.sh"
. "$(dirname "$0")/../cases.sh"

mkdir "$work/stubs"
protoc --proto_path="$work/proto" --python_out="$work/stubs" helloworld/helloworld.proto

call_method() {
  # The distribution's Python, which has the distribution's packages.
  /usr/bin/python3 "$interop_dir/python/client.py" "$work/stubs" "$@"
}
run_cases
