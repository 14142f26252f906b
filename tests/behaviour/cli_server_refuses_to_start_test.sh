#!/usr/bin/env bash
# A server that lacks something it needs stops at once with exit code 3 and one message that names
# the thing, and never listens.
. "$(dirname "$0")/../support/programs.sh"

refuses() {
  expect_exit 3 server "${working_flags[@]}" --listen 127.0.0.1:0 --port-file "$work/port" "$@"
  [ ! -e "$work/port" ] || fail "it listened: $*"
}

# What the flags below change is always the last of its kind, and a flag may be given once.
without() {
  local kept=() i
  for ((i = 0; i < ${#all_flags[@]}; i += 2)); do
    [ "${all_flags[i]}" = "$1" ] || kept+=("${all_flags[i]}" "${all_flags[i + 1]}")
  done
  working_flags=("${kept[@]}")
}
all_flags=("${working_flags[@]}")

without --key
refuses --key "$work/missing.key"
expect_message "cannot read the private key \`$work/missing.key\`: no such file or directory"
expect_lines 1

refuses --key "$work/certs/client.key"
expect_message "\`$work/certs/client.key\` does not belong to the certificate"
expect_lines 1

without --cert
refuses --cert "$work/certs/expired-client.crt"
expect_message "$work/certs/expired-client.crt"
expect_lines 1

without --client-ca
refuses --client-ca "$work"
expect_message "cannot read the client CA file \`$work\`"
expect_lines 1

echo "no certificate" >"$work/empty.crt"
refuses --client-ca "$work/empty.crt"
expect_message "\`$work/empty.crt\` holds no PEM certificate"
expect_lines 1

cat "$work/certs/ca.crt" "$work/certs/foreign-ca.crt" >"$work/two-roots.crt"
refuses --client-ca "$work/two-roots.crt"
expect_message "greeter-server: the client CA file \`$work/two-roots.crt\` holds 2 roots"
expect_message "name the roots under \`authorities\`"
expect_message "$work/policy.yaml:12: error: \`cn: my-grpc-client\` without \`issuer\`"
expect_lines 6

without --policy
cat >"$work/bad.yaml" <<'POLICY'
version: 1
name: greeter
methods:
  /helloworld.Greeter/SayHello:
    alow:
      - cn: my-grpc-client
  /helloworld.Greeter/SayHelloCollect:
    allow:
      - {}
POLICY
refuses --policy "$work/bad.yaml"
expect_message "$work/bad.yaml:5:5: error: "
expect_message "did you mean \`allow\`?"
expect_message "$work/bad.yaml:9:9: error: "

refuses --policy "$work/missing.yaml"
expect_message "$work/missing.yaml"
expect_lines 2

without --audit-file
refuses --audit-file "$work/missing/audit.jsonl"
expect_message "$work/missing/audit.jsonl"
expect_lines 1

refuses --audit-file "$work"
expect_message "audit file \`$work\`"
expect_lines 1

working_flags=("${all_flags[@]}")
start_server
expect_exit 3 server "${working_flags[@]}" --listen "127.0.0.1:$port"
expect_message "audit file \`$work/audit.jsonl\`: another process writes to it; stop that one, or"
expect_lines 3
expect_exit 3 server "${working_flags[@]/"$work/audit.jsonl"/"$work/second.jsonl"}" \
  --listen "127.0.0.1:$port"
expect_message "cannot listen on \`127.0.0.1:$port\`"
expect_message "in use"
# The files were good, and were loaded: that is two lines of the log.
expect_lines 3
