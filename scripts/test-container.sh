#!/usr/bin/env bash
# Builds the image of docker/Dockerfile and tests what docs/container.md says of it: what is in it,
# that it runs without rights, who gets in, that a changed policy reaches it, that it stops in order
# and leaves a trail that is intact; and that the Kubernetes manifests run it.
#
#   scripts/test-container.sh
#
# Runs as root on Debian 12 or 13, with podman, without a registry and without an engine that runs
# already: the base image is made here, from the machine's own package sources. What it starts is in
# a network of its own and ends with it. CCACHE_DIR is what the compiler's cache is kept in, and
# JOBS how many compilers run at a time.
set -euo pipefail
cd "$(dirname "$0")/.."

most_bytes=80000000
image=localhost/certgate:latest
ccache_dir=${CCACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/ccache}
work=
network_pid=
# The container that is tested.
server=server

die() {
  echo "test-container.sh: $*" >&2
  exit 1
}

say() { printf '\n== %s (%s)\n' "$*" "$(date +%T)"; }
note() { printf '   %s\n' "$*"; }

fail() {
  echo "FAILED: $*" >&2
  if [ -s "$work/said" ]; then
    echo "--- the last command said" >&2
    tail -n 50 "$work/said" >&2
  fi
  if podman container exists "$server"; then
    echo "--- the server's log" >&2
    podman logs "$server" 2>&1 | tail -n 30 >&2
  fi
  exit 1
}

# The storage is this run's own, so nothing of anybody else is stopped.
cleanup() {
  local result=$?
  [ -n "$work" ] || exit "$result"
  if [ -e "$work/storage.conf" ]; then
    podman pod rm --all --force --time 2 >/dev/null 2>&1 || true
    podman rm --all --force --time 2 >/dev/null 2>&1 || true
    # A build that was interrupted leaves what it had mounted.
    findmnt -rno TARGET | grep "^$work/" | tac | xargs -r umount --lazy || true
  fi
  if [ -n "$network_pid" ]; then
    kill "$network_pid" 2>/dev/null || true
    wait "$network_pid" 2>/dev/null || true
  fi
  rm -rf "$work" || echo "test-container.sh: $work could not be removed" >&2
  exit "$result"
}

# expect CODE COMMAND...: runs it, and wants that exit code; what it says is in $work/said.
expect() {
  local expected=$1 actual=0
  shift
  "$@" >"$work/said" 2>&1 </dev/null || actual=$?
  [ "$actual" -eq "$expected" ] || fail "exit code $actual instead of $expected: $*"
}
expect_said() {
  grep -qF -- "$1" "$work/said" || fail "it does not say \`$1\`"
}

# wait_for WHAT COMMAND...: until it succeeds, for 30 seconds.
wait_for() {
  local what=$1 _
  shift
  for _ in $(seq 60); do
    if "$@" >"$work/said" 2>&1 </dev/null; then return; fi
    sleep 0.5
  done
  fail "in 30 seconds, not $what"
}

# Engines take the network that they are started in for the host's, and this one has nothing in it
# but the loopback interface.
make_network() {
  unshare --net sleep infinity &
  network_pid=$!
  wait_for "a network" in_network true
  in_network ip link set lo up
}
in_network() { nsenter --net="/proc/$network_pid/ns/net" "$@"; }

# Settings with which podman runs without systemd, in a container too.
write_settings() {
  cat >"$work/containers.conf" <<'SETTINGS'
[containers]
netns = "host"
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[network]
network_backend = "netavark"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
SETTINGS
  cat >"$work/storage.conf" <<SETTINGS
[storage]
driver = "overlay"
runroot = "$work/run"
graphroot = "$work/graph"
SETTINGS
  export CONTAINERS_CONF=$work/containers.conf CONTAINERS_STORAGE_CONF=$work/storage.conf
  # Health checks are run by hand here, not by timers of systemd.
  export DISABLE_HC_SYSTEMD=true
}

# The machine's own sources of the distribution's packages, one a line.
package_sources() {
  # shellcheck disable=SC2016  # apt-get's own fields
  apt-get indextargets --format 'deb $(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' \
    'Origin: Debian' | sort -u
}

make_base() {
  local codename options=() option
  # shellcheck source=/dev/null
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  package_sources >"$work/sources.list"
  if [ ! -s "$work/sources.list" ]; then
    apt-get -qq update || die "the package lists cannot be fetched: check the network and /etc/apt"
    package_sources >"$work/sources.list"
  fi
  [ -s "$work/sources.list" ] || die "/etc/apt names no source of Debian's packages"
  # The same way to them, too.
  while IFS= read -r option; do options+=(--aptopt="$option"); done < <(
    apt-config dump | grep -E '^Acquire::https?::Proxy' || true)
  expect 0 mmdebstrap --quiet --variant=minbase "${options[@]}" "$codename" "$work/base.tar" \
    "$work/sources.list"
  expect 0 podman import --quiet "$work/base.tar" "localhost/debian:$codename-slim"
  rm "$work/base.tar"
  base=localhost/debian:$codename-slim
}

build_image() {
  mkdir -p "$ccache_dir"
  # The format knows health checks; that of OCI does not.
  expect 0 podman build --isolation chroot --network host --pull=never --format docker \
    --volume "$ccache_dir:/ccache" --build-arg BASE="$base" --build-arg JOBS="${JOBS:-}" \
    --build-arg VERSION="$(sed -n 's/.*CERTGATE_VERSION "\(.*\)"/\1/p' include/certgate/version.h)" \
    --file docker/Dockerfile --tag "$image" .
}

inspect_image() {
  local size root strangers field
  size=$(podman image inspect --format '{{.Size}}' "$image")
  note "$((size / 1000)) kB"
  [ "$size" -le "$most_bytes" ] || fail "the image has $size bytes, over $most_bytes"

  root=$(podman image mount "$image")
  strangers=$(cd "$root"; find . ! -type d | grep -vxE \
    './usr/bin/(certgate|greeter-client|greeter-server)|\./(usr/)?lib(64)?/.*\.so(\.[0-9.]+)?|\./etc/(passwd|group|nsswitch\.conf)|\./usr/share/certgate/(LICENSE|container\.yaml)' ||
    true)
  [ -z "$strangers" ] || fail "the image holds what it should not:"$'\n'"$strangers"
  [ -z "$(find "$root" -perm /6000)" ] || fail "the image holds setuid programs"
  [ "$(stat -c '%u:%g %a' "$root/var/log/certgate")" = "10001:10001 750" ] ||
    fail "/var/log/certgate is not the user's own: $(stat -c '%u:%g %a' "$root/var/log/certgate")"
  note "$(cd "$root" && find . -type f | wc -l) files: the programs, their libraries, four texts"

  for field in '{{.User}} 10001:10001' '{{.Config.StopSignal}} SIGTERM' \
    '{{index .HealthCheck.Test 0}} CMD' '{{index .Config.Entrypoint 0}} /usr/bin/greeter-server' \
    '{{index .Labels "org.opencontainers.image.licenses"}} Apache-2.0'; do
    expect 0 podman image inspect --format "${field% *}" "$image"
    expect_said "${field##* }"
  done
}

# run ARGUMENTS...: a container without rights.
run() {
  in_network podman run --read-only --cap-drop ALL --security-opt no-new-privileges \
    --user 10001:10001 --pull=never "${memory[@]}" "$@"
}

programs_alone() {
  local program
  for program in /bin/sh /bin/bash /usr/bin/apt-get /usr/bin/env; do
    expect 127 run --rm --entrypoint "$program" "$image"
  done
  expect 0 run --rm --entrypoint /usr/bin/certgate "$image" --version
}

# Kubernetes swaps a link to a folder with all files of a ConfigMap; see its AtomicWriter.
publish_policy() {
  local folder
  folder=$(mktemp -d "$work/policy/..$(date +%s).XXXXXX")
  chmod 0755 "$folder"
  cp "$1" "$folder/policy.yaml"
  chmod 0644 "$folder/policy.yaml"
  ln -s "${folder##*/}" "$work/policy/..data_tmp"
  mv -T "$work/policy/..data_tmp" "$work/policy/..data"
  ln -sfn ..data/policy.yaml "$work/policy/policy.yaml"
}

prepare_files() {
  expect 0 scripts/make-certs.sh "$work/certs"
  expect 0 docker/development-files.sh "$work/certs" "$work/files"
  mkdir "$work/policy"
  publish_policy policy/policy.yaml
  sed 's/cn: my-grpc-client/cn: other-client/; s/ou: payments/ou: marketing/' policy/policy.yaml \
    >"$work/other-policy.yaml"
  podman volume create audit >/dev/null
}

start_server() {
  run --detach --name server --volume "$work/files/tls:/etc/certgate/tls:ro" \
    --volume "$work/files/health:/etc/certgate/health:ro" \
    --volume "$work/policy:/etc/certgate/policy:ro" --volume audit:/var/log/certgate \
    --env CERTGATE_MAX_BUFFERS_MIB=32 --env CERTGATE_LOG_FORMAT=text "$image"
}

# Where this machine cannot limit memory, it says so and goes on.
start_with_memory_limit() {
  memory=(--memory 128m)
  if start_server >"$work/said" 2>&1; then return; fi
  grep -qi cgroup "$work/said" || fail "the server does not start"
  note "memory is not limited: $(tail -n 1 "$work/said")"
  podman rm --force server >/dev/null
  memory=()
  expect 0 start_server
}

# has_line FILE PATTERN WHAT
has_line() {
  grep -qE "$2" "$1" || fail "$3: $(grep "${2%%:*}" "$1" || true)"
}

has_no_rights() {
  local pid limit
  pid=$(podman inspect --format '{{.State.Pid}}' server)
  has_line "/proc/$pid/status" $'Uid:\t10001\t10001\t10001\t10001' "it runs as another user"
  has_line "/proc/$pid/status" $'CapBnd:\t0+$' "it may get capabilities"
  has_line "/proc/$pid/status" $'CapEff:\t0+$' "it has capabilities"
  has_line "/proc/$pid/status" $'NoNewPrivs:\t1' "it may get new privileges"
  has_line "/proc/$pid/mountinfo" ' / / ro,' "its root can be written"
  [ "${#memory[@]}" -gt 0 ] || return 0
  # Version 1 and version 2 of control groups.
  limit=$(awk -F: -v root=/sys/fs/cgroup '
    $2 == "memory" { print root "/memory" $3 "/memory.limit_in_bytes" }
    $2 == "" { print root $3 "/memory.max" }' "/proc/$pid/cgroup" | xargs cat 2>/dev/null || true)
  grep -qx 134217728 <<<"$limit" || fail "memory is not limited to 128 MiB: $limit"
  note "user 10001, no capability, a root that is read only, 128 MiB"
}

# call NAME ARGUMENTS...: greeter-client of the image, as the holder of $work/certs/NAME.crt.
call() {
  local name=$1
  shift
  rm -rf "$work/caller"
  install -d -m 0755 "$work/caller"
  install -m 0644 "$work/certs/$name.crt" "$work/caller/tls.crt"
  install -m 0400 -o 10001 "$work/certs/$name.key" "$work/caller/tls.key"
  run --rm --volume "$work/files/tls/ca.crt:/ca.crt:ro" --volume "$work/caller:/caller:ro" \
    --entrypoint /usr/bin/greeter-client "$image" --target localhost:50051 --ca /ca.crt \
    --cert /caller/tls.crt --key /caller/tls.key "$@"
}

callers_are_told_apart() {
  expect 0 call client --name Ada
  expect_said "Greeting: Hello Ada"
  expect 71 call other-client   # 64 + PERMISSION_DENIED
  expect 78 call foreign-client # 64 + UNAVAILABLE
  expect 0 call operator status
  note "one greeted, one refused by the policy, one by TLS"
}

metrics_are_served() {
  expect 0 in_network bash -c 'exec 3<>/dev/tcp/127.0.0.1/9464
    printf "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" >&3; cat <&3'
  expect_said "certgate_files_in_force 1"
}

policy_takes_effect() {
  publish_policy "$work/other-policy.yaml"
  wait_for "the new policy in force" call other-client
  expect 71 call client
  note "the other one is greeted now"
  echo "version: 1" >"$work/broken.yaml"
  publish_policy "$work/broken.yaml"
  wait_for "a broken policy told" bash -c 'podman logs server 2>&1 | grep -q "not loaded"'
  expect 0 call other-client
  note "a broken policy is told and not taken over"
  publish_policy policy/policy.yaml
  wait_for "the first policy in force again" call client
}

stops_in_order() {
  expect 0 podman stop --time 30 server
  expect 0 podman inspect --format 'exit code {{.State.ExitCode}}' server
  expect_said "exit code 0"
  note "exit code 0"
}

trail_is_intact() {
  audit() {
    run --rm --volume audit:/var/log/certgate:ro --entrypoint /usr/bin/certgate "$image" audit "$@" \
      /var/log/certgate/audit.jsonl
  }
  expect 0 audit verify --closed
  tail -n 3 "$work/said" | sed 's/^/   /'
  expect 0 audit query --decision denied
  expect_said "other-client"
  expect 0 podman rm server
}

refuses_nonsense() {
  expect 2 run --rm --env CERTGATE_LISTN=0.0.0.0:1 "$image"
  expect_said "did you mean \`CERTGATE_LISTEN\`?"
  expect 2 run --rm --env CERTGATE_AUDIT_QUEUE=many "$image"
  expect_said "CERTGATE_AUDIT_QUEUE: \`many\` is not a whole number"
  expect 3 run --rm "$image"
  expect_said "/etc/certgate/"
}

# What the kubelet runs for a probe, in the container of the pod. podman runs it through a shell.
probe() {
  mapfile -t command < <(python3 - "$work/manifests.yaml" "$1" <<'PROBE'
import sys, yaml
for each in yaml.safe_load_all(open(sys.argv[1], encoding="utf-8")):
    if each["kind"] == "Deployment":
        container = each["spec"]["template"]["spec"]["containers"][0]
        print("\n".join(container[sys.argv[2]]["exec"]["command"]))
PROBE
  )
  in_network podman exec "$server" "${command[@]}"
}

kubernetes_manifests_run() {
  cp -r docker/kubernetes "$work/kubernetes"
  rm -rf "$work/kubernetes/development/files"
  expect 0 docker/development-files.sh "$work/certs" "$work/kubernetes/development/files"
  expect 0 run --rm --volume "$work/kubernetes/base/policy.yaml:/policy.yaml:ro" \
    --entrypoint /usr/bin/certgate "$image" check --strict /policy.yaml
  /usr/bin/python3 -B tests/container/render_kustomization.py --for-podman \
    "$work/kubernetes/development" >"$work/manifests.yaml"
  expect 0 in_network podman kube play "$work/manifests.yaml"
  server=$(podman ps --all --filter label=app.kubernetes.io/name=certgate --format '{{.Names}}')
  [ -n "$server" ] || fail "there is no container of the pod"
  wait_for "ready" probe startupProbe
  expect 0 probe readinessProbe
  expect_said SERVING
  expect 0 call client --name Kubernetes
  expect_said "Greeting: Hello Kubernetes"
  expect 71 call other-client
  metrics_are_served
  expect 0 podman stop --time 30 "$server"
  expect 0 podman inspect --format 'exit code {{.State.ExitCode}}' "$server"
  expect_said "exit code 0"
  expect 0 podman logs "$server"
  expect_said '"reason":"no_matching_rule"'
  note "probes, calls, records on standard output, exit code 0"
  expect 0 podman kube down "$work/manifests.yaml"
}

# In the place of prom/prometheus, which is in a registry: the distribution's, started as that is.
make_prometheus_image() {
  docker/gather.sh "$work/prometheus" "$(command -v prometheus)"
  cat >"$work/prometheus/Dockerfile" <<'DOCKERFILE'
FROM scratch
COPY root/ /
WORKDIR /prometheus
ENTRYPOINT ["/usr/bin/prometheus"]
CMD ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]
DOCKERFILE
  expect 0 podman build --isolation chroot --network host --pull=never \
    --tag localhost/prom/prometheus:latest "$work/prometheus"
}

# ask_prometheus PATH: what its API answers is in $work/said.
ask_prometheus() {
  in_network curl --silent --fail --max-time 10 "http://127.0.0.1:9090/api/v1/$1"
}
has_scraped_the_server() {
  ask_prometheus 'query?query=up' | jq --exit-status '.data.result[0] |
    .metric.instance == "server:9464" and .value[1] == "1"'
}

has_been_greeted() {
  podman logs "$(podman ps --all --filter label=com.docker.compose.service=client \
    --format '{{.Names}}')" | grep -F "Greeting: Hello world"
}

compose_runs() {
  local project=$work/project
  mkdir -p "$project"
  cp -r docker policy config "$project"
  rm -rf "$project/docker/run"
  expect 0 docker/development-files.sh "$work/certs" "$project/docker/run"
  [ "${#memory[@]}" -gt 0 ] || sed -i '/mem_limit:/d' "$project/docker/compose.yaml"
  sed -i 's/scrape_interval: 15s/scrape_interval: 1s/' "$project/docker/prometheus.yaml"
  compose() { (cd "$project" && in_network podman-compose --file docker/compose.yaml "$@"); }
  expect 0 compose up --detach server
  server=$(podman ps --filter label=com.docker.compose.service=server --format '{{.Names}}')
  [ -n "$server" ] || fail "there is no server"
  wait_for "healthy" in_network podman healthcheck run "$server"
  expect 0 compose up --detach client
  wait_for "greeted" has_been_greeted
  expect 0 compose up --detach prometheus
  wait_for "scraped" has_scraped_the_server
  expect 0 ask_prometheus rules
  expect_said CertgateAuditNotWritable
  expect 0 compose down --volumes
  note "the client greeted, the metrics scraped, the alert rules loaded"
}

[ "$#" -eq 0 ] || die "it takes no argument; what it does is told at the beginning of the file"
[ "$(id -u)" -eq 0 ] || die "run it as root: it makes a base image and mounts file systems"
trap cleanup EXIT
trap 'exit 130' INT TERM
work=$(mktemp -d)
# What is mounted is read by another user.
chmod 0755 "$work"
mkdir "$work/tmp"
export TMPDIR=$work/tmp
memory=()
scripts/setup.sh container
write_settings

say "making the base image"
make_base
say "building the image"
build_image
say "what is in the image"
inspect_image
make_network
programs_alone
refuses_nonsense
say "a server without rights"
prepare_files
start_with_memory_limit
wait_for "healthy" in_network podman healthcheck run server
has_no_rights
say "callers"
callers_are_told_apart
metrics_are_served
say "a new policy, as Kubernetes brings it"
policy_takes_effect
say "SIGTERM, and the trail that is left"
stops_in_order
trail_is_intact
say "the Kubernetes manifests"
kubernetes_manifests_run
say "compose.yaml"
make_prometheus_image
compose_runs
printf '\nThe image is as it should be (%s seconds).\n' "$SECONDS"
