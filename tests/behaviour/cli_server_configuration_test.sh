#!/usr/bin/env bash
# The configuration file: each mistake is shown with line, column and caret; paths are relative to
# the file; flags win over it.
. "$(dirname "$0")/../support/programs.sh"

mkdir "$work/config"
cat >"$work/config/bad.yaml" <<'CONFIG'
listen: 127.0.0.1:0
listen: 127.0.0.1:1
clientca: ../certs/ca.crt
grace_period: "10"
handshake_timeout: 0
health: on
policy:
  - ../policy.yaml
key:
log_format: xml
CONFIG
expect_exit 3 server --config "$work/config/bad.yaml"
expect_message "bad.yaml:2:1: error: "
expect_message "bad.yaml:3:1: error: unknown setting \`clientca\`"
expect_message "did you mean \`client_ca\`?"
expect_message "bad.yaml:4:15: error: \`grace_period\` is a number"
expect_message "bad.yaml:5:20: error: \`handshake_timeout\`: \`0\` is not a whole number from 1 to 3600"
expect_message "bad.yaml:6:9: error: \`health\` is on or off"
expect_message "bad.yaml:8:3: error: \`policy\` takes one value, not a list"
expect_message "error: \`key\` has no value"
expect_message "bad.yaml:10:13: error: \`log_format\`: \`xml\` is not one of"
expect_message "^"

expect_exit 3 server --config "$work/config/missing.yaml"
expect_message "$work/config/missing.yaml: error: the configuration file cannot be read: No such file"

cat >"$work/config/server.yaml" <<'CONFIG'
listen: 127.0.0.1:1
cert: ../certs/server.crt
key: ../certs/server.key
client_ca: ../certs/ca.crt
policy: ../policy.yaml
audit_file: ../audit-of-file.jsonl
log_format: json
api: sync
CONFIG
working_flags=(--config "$work/config/server.yaml")
start_server --audit-file "$work/audit-of-flag.jsonl"
expect_exit 0 client_as client
[ -s "$work/audit-of-flag.jsonl" ] || fail "the flag did not win over the file"
[ ! -e "$work/audit-of-file.jsonl" ] || fail "the file won over the flag"
jq -e 'select(.message | contains("listening on 127.0.0.1:"))' "$work/server.err" >/dev/null ||
  fail "the log is not in JSON"
