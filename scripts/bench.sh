#!/usr/bin/env bash
# Measures what certgate costs, and prints the figures that docs/benchmarks.md explains: one decision,
# one decision with its record, and a whole server with the guard against the same one without.
#
#   scripts/bench.sh          all, in some six minutes and the build
#   scripts/bench.sh quick    the same with few calls, to see that it works
#
# The machine should have nothing else to do. Ratios are of figures from one run: compare no others.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-all}" in
  all) calls=40000 rounds=9 entries=(1 1000 100000 1000000) audit_calls=100000 time=0.5 ;;
  quick) calls=500 rounds=1 entries=(1 100) audit_calls=1000 time=0.02 ;;
  -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac

say() { printf '\n== %s\n' "$*"; }

scripts/setup.sh test
mkdir -p build
say "building ($(date +%T))"
if ! { cmake --preset bench && cmake --build --preset bench --target \
  decision_bench audit_bench bench_server load_client; } >build/bench.log 2>&1; then
  tail -n 50 build/bench.log >&2
  echo "bench.sh: the build failed; the whole output is in build/bench.log" >&2
  exit 1
fi
bin=build/bench/bin

say "the machine"
grep -m 1 'model name' /proc/cpuinfo | sed 's/.*: //'
echo "$(nproc) cores, $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), Linux $(uname -r)"

say "one decision, by the size of the policy"
"$bin/decision_bench" --benchmark_min_time="$time"

say "one decision with its record"
"$bin/audit_bench" "$audit_calls"

say "a server with the guard, and without"
/usr/bin/python3 -B tests/bench/compare_servers.py . "$bin" --calls "$calls" --rounds "$rounds" \
  --entries "${entries[@]}" --json build/bench.json
echo "all figures are in build/bench.json"
