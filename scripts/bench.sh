#!/usr/bin/env bash
# Measures what certgate costs, and prints the figures that docs/benchmarks.md explains: decisions in
# memory, decisions with their records, running streams after a reload, and a whole server with the
# guard against the same one without. Then says which targets are met, and draws two plots.
#
#   scripts/bench.sh          all, in some twenty minutes and the build
#   scripts/bench.sh quick    the same with few calls and without plots, to see that it works; with
#                             the programs that are in build/dev
#
# The machine should have nothing else to do. Ratios are of figures from one run: compare no others.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  sed -n '2,11s/^# \{0,1\}//p' "$0"
}

case "${1:-all}" in
  all)
    bin=build/bench/bin results=build/bench.json time=0.5 audit_calls=100000 streams=(5000 5)
    calls=40000 rounds=9 entries=(1 1000 100000 1000000)
    counted=(--calls 300 --entries 1000000) reload=(--entries 1000000 --calls 10000 --rounds 5)
    ;;
  quick)
    bin=build/dev/bin results=build/bench-quick.json time=0.02 audit_calls=1000 streams=(100 1)
    calls=200 rounds=1 entries=(1 100)
    counted=(--calls 10 --entries 100) reload=(--entries 1000 --calls 1500 --rounds 1)
    ;;
  -h | --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac

say() { printf '\n== %s (%s)\n' "$*" "$(date +%T)"; }

# The last line of a program's output is its figures: keep SECTION shows the rest, and adds them.
keep() {
  local output
  output=$(cat)
  printf '%s\n' "$output"
  printf '%s\n' "$output" | tail -n 1 | PYTHONPATH=tests/bench /usr/bin/python3 -B -c '
import json, sys, servers
servers.add_results(sys.argv[1], **{sys.argv[2]: json.load(sys.stdin)})' "$results" "$1"
}

mkdir -p build
rm -f "$results"
if [ "${1:-all}" = all ]; then
  scripts/setup.sh bench
  say "building"
  if ! { cmake --preset bench && cmake --build --preset bench --target decision_bench authorizer_bench \
    audit_bench streams_bench bench_server bench_server_unrecorded load_client; } >build/bench.log 2>&1; then
    tail -n 50 build/bench.log >&2
    echo "bench.sh: the build failed; the whole output is in build/bench.log" >&2
    exit 1
  fi
fi

say "the machine"
grep -m 1 'model name' /proc/cpuinfo | sed 's/.*: //'
echo "$(nproc) cores, $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), Linux $(uname -r)"

say "one decision of a policy, by its size"
"$bin/decision_bench" --benchmark_min_time="$time" "${entries[-1]}" | keep policy
say "one decision of a known and of an unknown certificate"
"$bin/authorizer_bench" --benchmark_min_time="$time" | keep authorizer
say "one decision with its record"
"$bin/audit_bench" "$audit_calls"
say "running streams, decided again"
"$bin/streams_bench" "${streams[@]}" | keep streams
say "a server with the guard, and without"
/usr/bin/python3 -B tests/bench/compare_servers.py . "$bin" --calls "$calls" --rounds "$rounds" \
  --entries "${entries[@]}" --json "$results"
say "calls while a policy is loaded"
/usr/bin/python3 -B tests/bench/reload_pause.py . "$bin" "${reload[@]}" --json "$results"
say "instructions"
/usr/bin/python3 -B tests/bench/count_instructions.py . "$bin" "${counted[@]}" --json "$results"

say "targets"
/usr/bin/python3 -B tests/bench/targets.py "$results"
if [ "${1:-all}" = all ]; then
  /usr/bin/python3 -B tests/bench/draw_plots.py "$results" docs/benchmarks
  echo "all figures are in $results, and the plots in docs/benchmarks"
fi
