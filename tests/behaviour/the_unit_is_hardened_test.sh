#!/usr/bin/env bash
# The systemd unit is one that systemd understands, and lets the service do next to nothing else.
set -euo pipefail
source_dir=$1

scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
unit=$scratch/greeter-server.service
# What it runs need not be installed to be looked at.
sed 's|/usr/bin/greeter-server|/bin/true|' "$source_dir/config/systemd/greeter-server.service" >"$unit"
chmod 0644 "$unit"

# The manual page is looked for as well; it is not installed here.
complaints=$(systemd-analyze verify --man=no "$unit" 2>&1 | grep "greeter-server" || true)
if [ -n "$complaints" ]; then
  echo "systemd does not understand the unit: $complaints" >&2
  exit 1
fi
# From 0, the safest, to 10; the threshold is in tenths.
if ! systemd-analyze security --offline=true --threshold=15 --no-pager "$unit" >"$scratch/report" 2>&1; then
  grep '✗\|Overall' "$scratch/report" >&2
  echo "the unit exposes more than 1.5" >&2
  exit 1
fi
grep 'Overall' "$scratch/report"

for user in $(sed -n 's/^User=//p' "$unit"); do
  grep -q "^u $user " "$source_dir/config/systemd/certgate.sysusers" || {
    echo "no sysusers file makes the unit's user $user" >&2
    exit 1
  }
done
