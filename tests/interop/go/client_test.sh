#!/usr/bin/env bash
# Usage: client_test.sh SOURCE_DIR BIN_DIR
# Builds the Go client with the distribution's Go packages alone and runs it as a listed and as an
# unlisted caller.
set -euo pipefail

source_dir=$1 binaries=$2
. "$source_dir/tests/support/greeter_server.sh"
scratch=$(mktemp -d)
server_pid=
trap '[ -z "$server_pid" ] || kill "$server_pid"; rm -rf "$scratch"' EXIT

package=google.golang.org/grpc/examples/helloworld/helloworld
mkdir -p "$scratch/go/src/client"
# gRPC's example package is not packaged. It is generated into a copy of the module that it belongs
# to, so that the program needs no other import than those of a tutorial.
mkdir -p "$scratch/go/src/google.golang.org"
cp -r /usr/share/gocode/src/google.golang.org/grpc "$scratch/go/src/google.golang.org/"
protoc --proto_path="$source_dir/proto" \
  --go_out="$scratch/go/src" --go_opt="Mhelloworld/helloworld.proto=$package" \
  --go-grpc_out="$scratch/go/src" --go-grpc_opt="Mhelloworld/helloworld.proto=$package" \
  helloworld/helloworld.proto
cp "$source_dir/tests/interop/go/client.go" "$scratch/go/src/client/"
# The compiled packages are kept between runs: gRPC for Go takes a minute to build.
GOCACHE=${GOCACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/go-build} \
  GOFLAGS='' GO111MODULE=off GOPATH="$scratch/go:/usr/share/gocode" \
  go build -o "$scratch/client" client

start_greeter_server "$source_dir" "$binaries" "$scratch"

listed=$(cd "$scratch/certs" && "$scratch/client" "localhost:$server_port" 2>&1)
echo "listed: $listed"
[[ $listed == *"Greeting: Hello gRPC User"* ]]

mkdir "$scratch/unlisted"
cp "$scratch/certs/ca.crt" "$scratch/unlisted/"
cp "$scratch/certs/other-client.crt" "$scratch/unlisted/client.crt"
cp "$scratch/certs/other-client.key" "$scratch/unlisted/client.key"
if unlisted=$(cd "$scratch/unlisted" && "$scratch/client" "localhost:$server_port" 2>&1); then
  echo "an unlisted caller was greeted: $unlisted"
  exit 1
fi
echo "unlisted: $unlisted"
[[ $unlisted == *"PermissionDenied"*"certgate refused this call"* ]]

stop_greeter_server
server_pid=
