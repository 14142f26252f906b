#!/usr/bin/env bash
# Installs what is missing, builds, and runs the tests.
#
#   scripts/test.sh          everything: unit, behaviour, interoperability and installation tests,
#                            under the address, undefined and thread sanitizers too, and a short
#                            run of each fuzzer
#   scripts/test.sh quick    the developer build's tests alone
#
# Ends with ctest's own closing lines; exits 0 only if every test passed.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  sed -n '2,9s/^# \{0,1\}//p' "$0"
}

say() { printf '\n== %s\n' "$*"; }

jobs=$(nproc)

# build PRESET: configures and builds it; the compiler's output is shown only if it fails.
build() {
  local log
  log=build/$1.log
  mkdir -p build
  say "building $1 ($(date +%T))"
  if ! { cmake --preset "$1" "${launcher[@]}" && cmake --build --preset "$1" -j "$jobs"; } \
    >"$log" 2>&1; then
    tail -n 100 "$log"
    echo "the $1 build failed; the whole output is in $log" >&2
    exit 1
  fi
}

# run_tests PRESET ARGUMENTS...: runs ctest.
run_tests() {
  local preset=$1
  shift
  ctest --preset "$preset" --no-tests=error -j "$jobs" "$@"
}

# run_quietly PRESET ARGUMENTS...: runs ctest and shows what failed and the closing lines alone.
run_quietly() {
  local log
  log=build/$1-tests.log
  if ! run_tests "$@" >"$log" 2>&1; then
    grep -v ' Passed ' "$log" | grep -vE '^ *Start +[0-9]+:' >&2
    echo "tests of the $1 build failed; the whole output is in $log" >&2
    exit 1
  fi
  tail -n 4 "$log"
}

case "${1:-all}" in
  all | quick) ;;
  -h | --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac

scripts/setup.sh test
# What was compiled in one checkout serves another one too.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
launcher=()
! command -v ccache >/dev/null || launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)

build dev
if [ "${1:-all}" = all ]; then
  for preset in fuzz asan tsan; do
    build "$preset"
    say "testing $preset ($(date +%T))"
    # What is left out says nothing more under a sanitizer.
    run_quietly "$preset" -E '^(interop|install|bench|structure|docs)'
  done
  say "the benchmarks, in a few calls ($(date +%T))"
  scripts/bench.sh quick
fi
say "testing dev ($(date +%T))"
run_tests dev -E '^bench'
