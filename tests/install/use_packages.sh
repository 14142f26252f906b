#!/usr/bin/env bash
# Runs in a bare root, with the packages beside it; see scripts/test-packages.sh.
set -euo pipefail
cd /root
export DEBIAN_FRONTEND=noninteractive
examples=/usr/share/doc/certgate/examples

quietly() { "$@" >/root/said 2>&1 </dev/null || { cat /root/said >&2; echo "FAILED: $*" >&2; exit 1; }; }
expect() {
  local expected=$1 actual=0
  shift
  "$@" >/root/said 2>&1 </dev/null || actual=$?
  [ "$actual" -eq "$expected" ] || { cat /root/said >&2; echo "exit code $actual instead of $expected: $*" >&2; exit 1; }
}

quietly apt-get -qq update
# The programs alone first: no compiler and no -dev package may be among what they need.
quietly apt-get -qq -y install --no-install-recommends ./certgate_*.deb openssl
if dpkg-query --show --showformat '${Package}\n' | grep -E '^(g\+\+|gcc|cmake)$|-dev$'; then
  echo "the package certgate brings the above" >&2
  exit 1
fi
test -s /usr/share/man/man1/greeter-server.1 -o -e /etc/dpkg/dpkg.cfg.d/excludes
test -s /usr/lib/systemd/system/greeter-server.service
test -s /usr/lib/sysusers.d/certgate.conf

# As README and the comments of the sample configuration say.
mkdir -p site/config site/policy
cp "$examples/server.yaml" site/config/
cp "$examples/policy.yaml" site/policy/
quietly sh "$examples/make-certs.sh" site/certs
expect 0 certgate check site/policy/policy.yaml
expect 0 greeter-server --config site/config/server.yaml --check
greeter-server --config site/config/server.yaml --listen 127.0.0.1:0 --port-file port \
  --audit-file audit.jsonl >/dev/null 2>server.log &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
for _ in $(seq 100); do [ -s port ] || sleep 0.1; done
[ -s port ] || { cat server.log >&2; exit 1; }
call() {
  greeter-client --target "127.0.0.1:$(cat port)" --ca site/certs/ca.crt \
    --cert "site/certs/$1.crt" --key "site/certs/$1.key"
}
expect 0 call client
grep -q "Greeting: Hello world" said
expect 71 call other-client   # 64 + PERMISSION_DENIED
kill "$server"
wait "$server"
expect 0 certgate audit verify --closed audit.jsonl
[ "$(certgate audit query --format json audit.jsonl | grep -c '"authorize"')" -eq 2 ]
echo "the programs work"

# The library, for who builds with nothing but the packages' own dependencies.
quietly apt-get -qq -y install --no-install-recommends ./libcertgate-dev_*.deb g++ cmake ninja-build
quietly cmake -G Ninja -S consumer -B build
quietly cmake --build build
expect 0 build/core-consumer
expect 0 build/grpc-consumer
# shellcheck disable=SC2046  # flags, one by one
quietly g++ -o core consumer/core_consumer.cc $(pkg-config --cflags --libs certgate-core)
expect 0 ./core
echo "the library works, with CMake and with pkg-config"

quietly apt-get -qq -y remove certgate libcertgate-dev
[ ! -e /usr/bin/certgate ] && [ ! -e /usr/include/certgate ]
echo "nothing is left of them"
