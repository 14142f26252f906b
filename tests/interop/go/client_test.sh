#!/usr/bin/env bash
# Usage: client_test.sh SOURCE_DIR BIN_DIR
# Builds the Go client with the distribution's Go packages alone and makes the calls of cases.txt.
. "$(dirname "$0")/../../support/programs.sh"
. "$(dirname "$0")/../cases.sh"

package=google.golang.org/grpc/examples/helloworld/helloworld
# gRPC's example package is not packaged. It is generated into a copy of the module that it belongs
# to, so that the program needs no other import than those of a tutorial.
mkdir -p "$work/go/src/client" "$work/go/src/google.golang.org"
cp -r /usr/share/gocode/src/google.golang.org/grpc "$work/go/src/google.golang.org/"
protoc --proto_path="$work/proto" \
  --go_out="$work/go/src" --go_opt="Mhelloworld/helloworld.proto=$package" \
  --go-grpc_out="$work/go/src" --go-grpc_opt="Mhelloworld/helloworld.proto=$package" \
  helloworld/helloworld.proto
cp "$interop_dir/go/client.go" "$work/go/src/client/"
# The compiled packages are kept between runs: gRPC for Go takes a minute to build.
GOCACHE=${GOCACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/go-build} \
  GOFLAGS='' GO111MODULE=off GOPATH="$work/go:/usr/share/gocode" \
  go build -o "$work/client" client

call_method() {
  "$work/client" "$@"
}
run_cases
