#!/usr/bin/env bash
# Usage: client_test.sh SOURCE_DIR BIN_DIR
# Makes the calls of cases.txt with the Node client and npm's @grpc/grpc-js.
. "$(dirname "$0")/../../support/programs.sh"
. "$(dirname "$0")/../cases.sh"
. "$(dirname "$0")/../npm.sh"

npm_packages node

call_method() {
  NODE_PATH=$packages node "$interop_dir/node/client.js" "$work/proto" "$@"
}
run_cases
