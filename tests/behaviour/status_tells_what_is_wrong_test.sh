#!/usr/bin/env bash
# While a file is bad, an operator finds it in every place where one may look: the log, the audit
# trail, the status and the health service, with line and column; and what was in force goes on.
. "$(dirname "$0")/../support/programs.sh"

# Waits until the command succeeds, at most a generous while.
wait_for() {
  local _
  for _ in $(seq 200); do
    "$@" >"$work/wait.out" 2>"$work/wait.err" </dev/null && return
    sleep 0.1
  done
  fail "in vain: $*"
}

operator() {
  client_as operator "$@"
}
is_not_well() {
  local code=0
  operator status >"$work/status.out" || code=$?
  [ "$code" -eq 1 ]
}
shows() {
  operator status >"$work/status.out" || true
  grep -qF -- "$1" "$work/status.out"
}
has_recorded() {
  jq -es "[.[] | select(.event.action == \"policy-load\" and ($1))] | length == $2" \
    "$work/audit.jsonl"
}

all_is_well() {
  wait_for operator status
  expect_exit 0 operator status
  expect_output "all is well"
  expect_exit 0 operator health
  expect_exit 0 operator health certgate.reload
  expect_output "SERVING"
  expect_exit 0 client_as client
}

# $1 is the place and the message.
all_tell() {
  wait_for is_not_well
  expect_exit 1 operator status
  expect_output "NOT IN FORCE: the files as they are now, since 20"
  expect_output "$1"
  expect_output "correct the file, and the server takes it over"
  wait_for grep -F -- "$1" "$work/server.err"
  # What was in force goes on, and so does the server.
  expect_exit 1 operator health certgate.reload
  expect_output "NOT_SERVING"
  expect_exit 0 operator health
  expect_output "SERVING"
  expect_exit 0 client_as client
}

start_server
all_is_well
expect_output "Greeting: Hello world"
expect_exit 0 operator status
expect_output "policy         greeter, "
expect_output "sha256:$(sha256sum <"$work/policy.yaml" | cut -d' ' -f1)"
expect_output "in force       generation 1, loaded 20"
expect_output "loads          0 taken over, 0 refused"
expect_output "server certificate \`$work/certs/server.crt\` ends in 36"
# A client has its answer before the server has put its call away.
wait_for shows "calls          1 running, 0 ended"
expect_exit 71 client_as client status   # 64 + PERMISSION_DENIED: it is for operators
expect_message "certgate refused this call"

# A mistake in the policy.
sed '0,/^    allow:/s//    alow:/' "$source_dir/policy/policy.yaml" >"$work/policy.yaml"
place=$(grep -n '^    alow:' "$work/policy.yaml" | head -n 1 | cut -d: -f1):5
all_tell "policy.yaml:$place: unknown key \`alow\`"
expect_exit 1 operator --format json status
jq -e --arg place "$place" '(.errors[0] | "\(.line):\(.column)") == $place
  and .errors[0].hint == "did you mean `allow`?" and (.failing_since | test("^20"))
  and .policy.generation == "1" and .loads == "0" and .failures == "1"' "$work/run.out" >/dev/null ||
  fail "the status in JSON says something else"
wait_for has_recorded ".event.outcome == \"failure\" and (.error.message | contains(\":$place: \"))" 1

# SIGHUP reads again, and tells again.
kill -HUP "$server_pid"
wait_for has_recorded '.event.outcome == "failure" and .certgate.load.trigger == "SIGHUP"' 1
all_tell "policy.yaml:$place: unknown key \`alow\`"

# Repaired, by a rename.
cp "$source_dir/policy/policy.yaml" "$work/new.yaml"
echo "# repaired" >>"$work/new.yaml"
mv "$work/new.yaml" "$work/policy.yaml"
all_is_well
expect_exit 0 operator status
expect_output "in force       generation 2, loaded 20"
wait_for has_recorded '.event.outcome == "success" and .certgate.load.generation == 2' 1

# A key that does not belong to the certificate does not hold up the rest.
cp "$work/certs/server.key" "$work/good.key"
cp "$work/certs/client.key" "$work/certs/server.key"
all_tell "\`$work/certs/server.key\` does not belong to the certificate"
sed -i 's/^  operators:/  # A change.\n  operators:/' "$work/policy.yaml"
wait_for shows "generation 3, "
mv "$work/good.key" "$work/certs/server.key"
all_is_well

# A running call that loses its right is counted among those that were ended.
mkfifo "$work/names"
client_as client --timeout 0 chat <"$work/names" >"$work/chat.out" 2>"$work/chat.err" &
chat_pid=$!
exec 3>"$work/names"
echo Ada >&3
wait_for grep -F "Greeting: Hello Ada" "$work/chat.out"
wait_for shows "calls          2 running, 0 ended"
sed -i 's/cn: my-grpc-client/cn: somebody-else/' "$work/policy.yaml"
wait_for shows "calls          1 running, 1 ended"
exec 3>&-
chat_exit=0
wait "$chat_pid" || chat_exit=$?
[ "$chat_exit" -eq 71 ] || fail "the call that lost its right ended with $chat_exit"   # PERMISSION_DENIED
wait_for grep -F '"action":"revoke-call"' "$work/audit.jsonl"

# Something that ends within a day is told in the log and by the status.
openssl x509 -req -days 1 -in <(openssl req -new -key "$work/certs/server.key" -subj /CN=localhost \
  -addext "subjectAltName=DNS:localhost,IP:127.0.0.1") -copy_extensions copy \
  -CA "$work/certs/ca.crt" -CAkey "$work/certs/ca.key" -out "$work/short.crt" 2>"$work/openssl.err"
mv "$work/short.crt" "$work/certs/server.crt"
wait_for is_not_well
expect_exit 1 operator status
expect_output "ENDS SOON: the server certificate \`$work/certs/server.crt\` ends in 23 hours, on 20"
wait_for grep -F "the server certificate \`$work/certs/server.crt\` ends in 23 hours" "$work/server.err"
expect_exit 0 operator health certgate.reload
stop_server
[ "$server_exit" -eq 0 ] || fail "the server ended with $server_exit"

# A revocation list too.
cat >"$work/ca.cnf" <<CNF
[ca]
default_ca = authority
[authority]
database = $work/database
default_md = sha256
CNF
: >"$work/database"
openssl ca -gencrl -crlhours 5 -config "$work/ca.cnf" -cert "$work/certs/ca.crt" \
  -keyfile "$work/certs/ca.key" -out "$work/ca.crl" 2>"$work/openssl.err" || fail "no CRL"
start_server --crl "$work/ca.crl"
expect_exit 1 operator status
expect_output "ENDS SOON: the CRL "
expect_output " ends in 4 hours, on 20"
expect_exit 0 operator --ends-within 2 status
expect_output "all is well"
expect_exit 2 operator --ends-within 2 hello
wait_for grep -E "the CRL .* ends in 4 hours, at 20" "$work/server.err"
