#!/usr/bin/env bash
# Makes the Debian packages of a build, installs them in a bare root of this machine's suite, and
# uses them there: the programs as an operator does, the library as a developer does. Needs root.
#
#   scripts/test-packages.sh [BUILD]    BUILD is a folder that is built; build/dev unless given
set -euo pipefail
cd "$(dirname "$0")/.."

build=${1:-build/dev}
[ -x "$build/bin/greeter-server" ] || {
  echo "test-packages.sh: there is no build in $build: run scripts/test.sh quick" >&2
  exit 2
}
[ "$(id -u)" -eq 0 ] || {
  echo "test-packages.sh: run it as root: it makes a root of its own and works in it" >&2
  exit 2
}
say() { printf '\n== %s (%s)\n' "$*" "$(date +%T)"; }

scripts/setup.sh container
root=$(mktemp -d)
cleanup() {
  umount "$root/proc" "$root/dev" 2>/dev/null || true
  rm -rf --one-file-system "$root"
}
trap cleanup EXIT

say "the packages"
rm -rf "$build/packages"
(cmake "$build" && cd "$build" && cpack) >"$build/packages.log" 2>&1 || {
  tail -n 20 "$build/packages.log"
  exit 1
}
for package in "$build"/packages/*.deb; do
  dpkg-deb --show --showformat '${Package} ${Version} needs ${Depends}\n' "$package"
done

say "a bare root"
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
mmdebstrap --quiet --variant=minbase "$suite" "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
# Names are looked up as outside, and no service is started.
cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
cp "$build"/packages/*.deb tests/install/use_packages.sh "$root/root/"
cp -r tests/install/consumer "$root/root/consumer"

say "installing and using them"
chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
  bash /root/use_packages.sh
say "the packages are as they should be"
