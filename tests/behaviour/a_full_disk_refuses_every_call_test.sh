#!/usr/bin/env bash
# A server whose audit file takes nothing more lets nobody in, says why once, shows it in its health,
# and goes on by itself when there is room again. The limit of the size of files stands for the disk.
. "$(dirname "$0")/../support/programs.sh"

expect_exit 3 server "${working_flags[@]/"$work/audit.jsonl"//dev/full}"
expect_message "the audit record was not written to audit file \`/dev/full\`: cannot write: No space"

start_server
expect_exit 0 client_as client health certgate.audit

prlimit --pid "$server_pid" --fsize="$(stat -c %s "$work/audit.jsonl"):unlimited"
for name in client other-client; do
  for call in hello stream "collect Ada" "chat Ada" whoami health; do
    read -ra call <<<"$call"
    expect_exit 78 client_as "$name" "${call[@]}"
    expect_message "UNAVAILABLE: certgate refused this call, audit record "
  done
done
kill -HUP "$server_pid"
for _ in $(seq 100); do
  grep -q "a load of .* could not be recorded: .*: File too large" "$work/server.err" && break
  sleep 0.1
done
grep -q "a load of .* could not be recorded: .*: File too large" "$work/server.err" ||
  fail "the server does not say that a load is not recorded"
[ "$(grep -c "the audit log cannot be written: .*: File too large" "$work/server.err")" -eq 1 ] ||
  fail "the server does not say once that the disk is full"

prlimit --pid "$server_pid" --fsize=unlimited
for _ in $(seq 100); do
  client_as client hello >/dev/null 2>&1 && break
  sleep 0.1
done
expect_exit 0 client_as client hello
expect_exit 0 client_as client health certgate.audit
stop_server
[ "$server_exit" -eq 0 ] || fail "the server ended with $server_exit"
expect_exit 0 "$bin_dir/certgate" audit verify --closed "$work/audit.jsonl"
jq -se 'any(.event.reason == "unwritable" and .certgate.suppressed.count >= 12)' \
  "$work/audit.jsonl" >/dev/null ||
  fail "the trail does not tell of the calls that could not be recorded"
