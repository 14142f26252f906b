#!/usr/bin/env bash
# Usage: client_test.sh SOURCE_DIR BIN_DIR
# Builds the Go client with the distribution's Go packages alone and runs it as a listed and as an
# unlisted caller.
. "$(dirname "$0")/../../support/programs.sh"

package=google.golang.org/grpc/examples/helloworld/helloworld
# gRPC's example package is not packaged. It is generated into a copy of the module that it belongs
# to, so that the program needs no other import than those of a tutorial.
mkdir -p "$work/go/src/client" "$work/go/src/google.golang.org"
cp -r /usr/share/gocode/src/google.golang.org/grpc "$work/go/src/google.golang.org/"
protoc --proto_path="$source_dir/proto" \
  --go_out="$work/go/src" --go_opt="Mhelloworld/helloworld.proto=$package" \
  --go-grpc_out="$work/go/src" --go-grpc_opt="Mhelloworld/helloworld.proto=$package" \
  helloworld/helloworld.proto
cp "$source_dir/tests/interop/go/client.go" "$work/go/src/client/"
# The compiled packages are kept between runs: gRPC for Go takes a minute to build.
GOCACHE=${GOCACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/go-build} \
  GOFLAGS='' GO111MODULE=off GOPATH="$work/go:/usr/share/gocode" \
  go build -o "$work/client" client

start_server

# The program finds its files by their names in the working directory.
greet_from() {
  (cd "$1" && "$work/client" "127.0.0.1:$port")
}

expect_exit 0 greet_from "$work/certs"
expect_message "Greeting: Hello gRPC User"

mkdir "$work/unlisted"
cp "$work/certs/ca.crt" "$work/unlisted/"
cp "$work/certs/other-client.crt" "$work/unlisted/client.crt"
cp "$work/certs/other-client.key" "$work/unlisted/client.key"
expect_exit 1 greet_from "$work/unlisted"
expect_message "code = PermissionDenied desc = certgate refused this call, audit record "

stop_server
