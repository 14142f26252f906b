#!/usr/bin/env bash
# Two CAs may issue the same names: the server does not start under a policy that cannot tell them
# apart, and lets in the right one's callers under a policy that can.
. "$(dirname "$0")/../support/programs.sh"

cat "$work/certs/ca.crt" "$work/certs/foreign-ca.crt" >"$work/both-ca.crt"
working_flags=("${working_flags[@]/%"$work/certs/ca.crt"/"$work/both-ca.crt"}")
expect_exit 3 server "${working_flags[@]}" --check
expect_message "holds 2 roots"
expect_message "$work/policy.yaml:12: error: \`cn: my-grpc-client\` without \`issuer\`"
expect_message "add \`issuer: NAME\` to each of these entries"

cat >"$work/policy.yaml" <<'POLICY'
version: 1
name: two-authorities
authorities:
  corp: { ca_file: certs/ca.crt }
  foreign: { ca_file: certs/foreign-ca.crt }
methods:
  /helloworld.Greeter/*:
    allow:
      - { cn: my-grpc-client, issuer: corp, id: app }
  /certgate.v1.CallerService/WhoAmI:
    allow:
      - any: true
...
POLICY
expect_exit 0 server "${working_flags[@]}" --check
start_server
expect_exit 0 client_as client
expect_output "Greeting: Hello"
expect_exit 71 client_as foreign-client   # 64 + PERMISSION_DENIED
expect_exit 0 client_as foreign-client --format json whoami
[ "$(jq -c .identity.authorities "$work/run.out")" = '["foreign"]' ] || fail "another authority"
[ "$(jq -rs '[.[] | select(.event.action == "authorize").certgate.authority] | join(" ")' \
  "$work/audit.jsonl")" = "corp foreign foreign" ] ||
  fail "the records name other authorities"
[ "$(jq -rs 'map(select(.event.action == "authorize"))[1].certgate.nearest_failed' \
  "$work/audit.jsonl")" = issuer ] ||
  fail "the record does not say that the issuer failed"
stop_server

# A CA file that is gone stops the start, with its place in the policy.
rm "$work/certs/foreign-ca.crt"
expect_exit 3 server "${working_flags[@]}" --check
expect_message "policy.yaml:5:23: error: cannot read the CA file"
