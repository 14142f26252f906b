#!/usr/bin/env bash
# Usage: subdirectory_test.sh SOURCE_DIR COMPILER [LAUNCHER]
# Builds the examples with certgate as a subdirectory, which brings its library and nothing else.
set -euo pipefail

source=$1 compiler=$2 launcher=${3:-}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CCACHE_BASEDIR=$scratch CCACHE_NOHASHDIR=1

# A copy, so that the compiler's cache sees the same paths below its base in every checkout.
mkdir "$scratch/certgate"
tar --create --directory "$source" --exclude ./build --exclude ./.git . |
  tar --extract --directory "$scratch/certgate"
cmake -G Ninja -S "$scratch/certgate/examples" -B "$scratch/build" \
  -DCERTGATE_SOURCE_DIR="$scratch/certgate" \
  -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" -DCMAKE_CXX_FLAGS=-O0
targets=$(cmake --build "$scratch/build" --target help)
if grep -E '^(greeter-server|greeter-client|certgate|unit_policy):' <<<"$targets"; then
  echo "certgate brings the targets above along" >&2
  exit 1
fi
cmake --build "$scratch/build" --target sync-service
[ -x "$scratch/build/sync-service" ]
DESTDIR=$scratch/root cmake --install "$scratch/build"
if [ -n "$(find "$scratch/root" -type f 2>/dev/null)" ]; then
  echo "certgate installs files of its own with another project" >&2
  exit 1
fi
