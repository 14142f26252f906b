#!/usr/bin/env bash
# Installs the distribution packages that certgate needs, on Debian 12 or 13. Does nothing, quickly,
# when they are all there. For the tests, localhost gets its addresses in /etc/hosts where it has
# none, as in a root that was just made.
#
#   scripts/setup.sh build      what the library and the programs need
#   scripts/setup.sh test       that, and what the tests need
#   scripts/setup.sh bench      that, and what the benchmarks draw with
#   scripts/setup.sh container  what the test of the container image needs
set -euo pipefail

build_packages=(
  g++ cmake ninja-build pkg-config ccache
  libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc
  libssl-dev libyaml-cpp-dev libspdlog-dev libabsl-dev libre2-dev libicu-dev libcli11-dev
  nlohmann-json3-dev libsimdjson-dev zlib1g-dev libzstd-dev prometheus-cpp-dev libsystemd-dev
  openssl ca-certificates)

test_packages=(
  catch2 libvalijson-dev libbenchmark-dev librapidcheck-dev
  golang-go golang-google-grpc-dev golang-google-protobuf-dev
  golang-github-golang-protobuf-1-5-dev protoc-gen-go protoc-gen-go-grpc
  python3 python3-yaml python3-grpcio python3-protobuf python3-h2 python3-jsonschema
  python3-selenium chromium chromium-driver
  clang libclang-rt-dev jq procps git mandoc zsh
  logrotate rsyslog rsyslog-openssl systemd valgrind prometheus doxygen dpkg-dev zstd)
# Node from 18 on, wherever it comes from: those who have one often have it from elsewhere.
command -v node >/dev/null || test_packages+=(nodejs)
command -v npm >/dev/null || test_packages+=(npm)

bench_packages=(python3-matplotlib)

# catatonit is the first process of a pod.
container_packages=(
  podman runc conmon catatonit mmdebstrap netavark aardvark-dns iptables ca-certificates openssl
  iproute2 util-linux python3 python3-yaml podman-compose prometheus curl jq)

# syslog-ng and rsyslog keep each other out as packages, and the tests run both.
unpacked_packages=(syslog-ng-core syslog-ng-mod-http)
unpacked_to=/opt/certgate-tests/syslog-ng

die() {
  echo "setup.sh: $*" >&2
  exit 1
}

is_installed() {
  [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# The packages among the arguments that are not installed, one a line.
missing_packages() {
  local package
  for package in "$@"; do
    is_installed "$package" || echo "$package"
  done
}

# Runs a command as root.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# Runs apt-get, quietly and once more if it fails: mirrors have bad moments. Its output is shown
# only if both attempts fail.
apt_get() {
  local output
  for _ in 1 2; do
    if output=$(as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
      -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 "$@" 2>&1 </dev/null); then
      return 0
    fi
    sleep 2
  done
  echo "$output" >&2
  return 1
}

install_packages() {
  echo "setup.sh: installing ${*}" >&2
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    die "installing takes root: run this as root, or install sudo"
  fi
  apt_get update || die "the package lists cannot be fetched: check the network and /etc/apt"
  local package
  for package in "$@"; do
    apt-cache show "$package" >/dev/null 2>&1 ||
      die "this distribution has no package $package: certgate builds on Debian 12 and 13"
  done
  apt_get install --no-install-recommends "$@" || die "apt-get could not install: $*"
}

# Puts the files of `unpacked_packages` into a folder of their own, and installs what they need.
unpack_packages() {
  [ ! -x "$unpacked_to/usr/sbin/syslog-ng" ] || return 0
  echo "setup.sh: unpacking ${unpacked_packages[*]} into $unpacked_to" >&2
  apt_get update || die "the package lists cannot be fetched: check the network and /etc/apt"
  local needed folder package
  mapfile -t needed < <(apt-cache depends "${unpacked_packages[@]}" |
    sed -n 's/^  Depends: \([a-z0-9][^ ]*\)$/\1/p' | grep -v '^syslog-ng' | sort -u)
  apt_get install --no-install-recommends "${needed[@]}" ||
    die "apt-get could not install: ${needed[*]}"
  folder=$(mktemp -d)
  (cd "$folder" && apt-get -qq download "${unpacked_packages[@]}" 2>/dev/null) ||
    die "apt-get could not download: ${unpacked_packages[*]}"
  as_root mkdir -p "$unpacked_to"
  for package in "$folder"/*.deb; do
    as_root dpkg-deb --extract "$package" "$unpacked_to"
  done
  rm -r "$folder"
}

name_localhost() {
  ! getent hosts localhost >/dev/null || return 0
  echo "setup.sh: adding localhost to /etc/hosts" >&2
  # The last line may have no end.
  printf '\n127.0.0.1 localhost\n::1 localhost\n' | as_root tee -a /etc/hosts >/dev/null
}

case "${1:-}" in
  build) wanted=("${build_packages[@]}") ;;
  test) wanted=("${build_packages[@]}" "${test_packages[@]}") ;;
  bench) wanted=("${build_packages[@]}" "${test_packages[@]}" "${bench_packages[@]}") ;;
  container) wanted=("${container_packages[@]}") ;;
  *)
    echo "usage: scripts/setup.sh build|test|bench|container" >&2
    exit 2
    ;;
esac

command -v apt-get >/dev/null || die "this is not Debian: install by hand ${wanted[*]}"
mapfile -t missing < <(missing_packages "${wanted[@]}")
[ "${#missing[@]}" -eq 0 ] || install_packages "${missing[@]}"
if [ "$1" = test ]; then
  name_localhost
  unpack_packages
fi
