#!/usr/bin/env bash
# Usage: install_test.sh BUILD_DIR CONSUMER_DIR COMPILER SANITIZERS EXAMPLES_DIR
# Installs the build, configures the consumer and the examples against the installed package alone,
# builds them, and runs the consumer.
set -euo pipefail

build=$1 consumer=$2 compiler=$3 sanitizers=$4 examples=$5
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cmake --install "$build" --prefix "$scratch/prefix" >"$scratch/install.log" ||
  { cat "$scratch/install.log"; exit 1; }

[ -s "$scratch/prefix/share/certgate/policy.schema.json" ] ||
  { echo "the schema of the policy is not installed"; exit 1; }

for file in man/man1/certgate.1 man/man5/certgate-policy.5 \
  bash-completion/completions/certgate zsh/site-functions/_certgate; do
  [ -s "$scratch/prefix/share/$file" ] || { echo "share/$file is not installed" >&2; exit 1; }
done

flags=""
[ -z "$sanitizers" ] || flags="-fsanitize=$sanitizers"
cmake -G Ninja -S "$consumer" -B "$scratch/build" -DCMAKE_PREFIX_PATH="$scratch/prefix" \
  -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags"
cmake --build "$scratch/build"
"$scratch/build/core-consumer"
"$scratch/build/grpc-consumer"

# The examples, as a project of their own.
cmake -G Ninja -S "$examples" -B "$scratch/examples" -DCMAKE_PREFIX_PATH="$scratch/prefix" \
  -DCMAKE_CXX_COMPILER="$compiler"
cmake --build "$scratch/examples"

# The same with pkg-config alone, after the installation was moved.
mv "$scratch/prefix" "$scratch/moved"
modules=$(dirname "$(find "$scratch/moved" -name certgate.pc)")
build_with() {
  # shellcheck disable=SC2046,SC2086  # flags, one by one
  "$compiler" $flags -o "$scratch/$1" "$consumer/$1.cc" \
    $(PKG_CONFIG_PATH=$modules pkg-config --cflags --libs "$2") && "$scratch/$1"
}
build_with core_consumer certgate-core
build_with grpc_consumer certgate
