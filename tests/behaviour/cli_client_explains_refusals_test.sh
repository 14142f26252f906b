#!/usr/bin/env bash
# A call that fails says with code, message and hint what to check, and ends with 64 + the code.
. "$(dirname "$0")/../support/programs.sh"

start_server
certs=$work/certs

expect_exit 71 client_as other-client
expect_message "PERMISSION_DENIED: "
expect_message "hint: the server knows who you are, but its policy does not allow this call"
record=$(grep -oE '[0-9A-HJKMNP-TV-Z]{26}' "$work/run.err" | head -n 1)
jq -e --arg id "$record" 'select(.event.id == $id and .event.outcome == "failure")' \
  "$work/audit.jsonl" >/dev/null || fail "the audit trail has no record $record"

expect_exit 71 client_as other-client --format json
jq -e '.code == "PERMISSION_DENIED" and .number == 7 and (.hint | length > 0)' \
  "$work/run.err" >/dev/null || fail "the failure is not in JSON"

expect_exit 78 client --ca "$certs/ca.crt"
expect_message "UNAVAILABLE: "
expect_message "hint: the server hung up: it wants a client certificate, and none was given"

expect_exit 78 client_as foreign-client
expect_message "does not trust the authority that issued the client certificate, \`CN=MyForeignCA\`"

expect_exit 78 client_as expired-client
expect_message "hint: the server hung up: the client certificate expired on 2020-01-31"

expect_exit 78 client --ca "$certs/foreign-ca.crt" --cert "$certs/client.crt" --key "$certs/client.key"
expect_message "the server's certificate was not issued by the authority in \`$certs/foreign-ca.crt\`"

expect_exit 78 client_as client --server-name greeter.acme.example
expect_message "the server's certificate is not made out to this host"
expect_message "--server-name"

expect_exit 69 client_as client health no.such.Service
expect_message "NOT_FOUND: "

stop_server
expect_exit 78 client_as client
expect_message "hint: nothing listens at \`127.0.0.1:$port\`"

# Something that listens but never answers.
python3 -c '
import socket, sys, time
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
time.sleep(60)
' >"$work/silent.port" &
silent_pid=$!
until [ -s "$work/silent.port" ]; do sleep 0.05; done
port=$(cat "$work/silent.port")
expect_exit 68 client_as client --timeout 1
expect_message "hint: there was no answer within 1 seconds"
kill "$silent_pid"
