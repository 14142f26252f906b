#!/usr/bin/env bash
# A server whose audit file takes nothing lets nobody in, and says why once.
. "$(dirname "$0")/../support/programs.sh"

working_flags=("${working_flags[@]/"$work/audit.jsonl"//dev/full}")
start_server
for name in client other-client; do
  for call in hello stream "collect Ada" "chat Ada" whoami health; do
    read -ra call <<<"$call"
    expect_exit 78 client_as "$name" "${call[@]}"
    expect_message "UNAVAILABLE: certgate refused this call, audit record "
  done
done
[ "$(grep -c "calls are refused .*: No space left on device" "$work/server.err")" -eq 1 ] ||
  fail "the server does not say once that the disk is full"
[ "$(grep -c "a load of .* could not be recorded: .*: No space left" "$work/server.err")" -eq 2 ] ||
  fail "the server does not say that its loads are not recorded"
stop_server
[ "$server_exit" -eq 0 ] || fail "the server ended with $server_exit"
