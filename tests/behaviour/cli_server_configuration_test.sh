#!/usr/bin/env bash
# The configuration file: each mistake is shown with line, column and caret; paths are relative to
# the file; flags win over it.
. "$(dirname "$0")/../support/programs.sh"

mkdir "$work/config"
cat >"$work/config/bad.yaml" <<'CONFIG'
listen: 127.0.0.1:0
listen: 127.0.0.1:1
clientca: ../certs/ca.crt
shutdown_grace: "10"
handshake_timeout: 0
health: yes
policy:
  - ../policy.yaml
key:
log_format: xml
CONFIG
expect_exit 3 server --config "$work/config/bad.yaml"
expect_message "bad.yaml:2:1: error: "
expect_message "bad.yaml:3:1: error: unknown setting \`clientca\`"
expect_message "did you mean \`client_ca\`?"
expect_message "bad.yaml:4:17: error: \`shutdown_grace\` is a number"
expect_message "bad.yaml:5:20: error: \`handshake_timeout\`: \`0\` is not a whole number from 1 to 3600"
expect_message "bad.yaml:6:9: error: \`health\` is on or off"
expect_message "bad.yaml:8:3: error: \`policy\` takes one value, not a list"
expect_message "error: \`key\` has no value"
expect_message "bad.yaml:10:13: error: \`log_format\`: \`xml\` is not one of"
expect_message "^"

# Sections: their settings are told apart from those outside, and mistakes in them from those of
# YAML.
cat >"$work/config/sections.yaml" <<'CONFIG'
min_version: 1.3
tls_resumption: off
tls:
  min_version: 1.1
  resumtion: off
  resumption: "off"
  listen: 127.0.0.1:0
  ciphers: [ECDHE-RSA-AES256-GCM-SHA384]
keepalve:
  time: 10
keepalive: 10
reload:
crl:
  files: []
  on_missing: {then: deny}
  on_expired: maybe
CONFIG
expect_exit 3 server --config "$work/config/sections.yaml"
expect_message "sections.yaml:1:1: error: unknown setting \`min_version\`"
expect_message "write \`tls:\` on a line, and \`min_version\` below it, indented"
expect_message "sections.yaml:2:1: error: unknown setting \`tls_resumption\`"
expect_message "write \`tls:\` on a line, and \`resumption\` below it, indented"
expect_message "sections.yaml:4:16: error: \`tls.min_version\`: \`1.1\` is not one of \`1.2\`, \`1.3\`"
expect_message "sections.yaml:5:3: error: unknown setting \`resumtion\` in \`tls\`"
expect_message "did you mean \`resumption\`?"
expect_message "sections.yaml:6:15: error: \`tls.resumption\` is on or off, not \`off\`"
expect_message "sections.yaml:7:3: error: unknown setting \`listen\` in \`tls\`"
expect_message "write \`listen\` without indentation, in no section"
expect_message "sections.yaml:8:12: error: \`tls.ciphers\` takes one value, not a list"
expect_message "sections.yaml:9:1: error: unknown setting \`keepalve\`"
expect_message "did you mean \`keepalive\`?"
expect_message "sections.yaml:11:12: error: \`keepalive\` takes settings, not a single value"
expect_message "write its settings below it, indented, such as \`time: ...\`"
expect_message "sections.yaml:12:1: error: \`reload\` has no settings"
expect_message "sections.yaml:14:10: error: \`crl.files\` is an empty list"
expect_message "sections.yaml:15:15: error: \`crl.on_missing\` takes one value, not a mapping"
expect_message "sections.yaml:16:15: error: \`crl.on_expired\`: \`maybe\` is not one of"
[ "$(grep -c 'error:' "$work/run.err")" -eq 13 ] || fail "there are not 13 errors"

expect_exit 3 server --config "$work/config/missing.yaml"
expect_message "$work/config/missing.yaml: error: the configuration file cannot be read: No such file"

cat >"$work/config/server.yaml" <<'CONFIG'
listen: 127.0.0.1:1
cert: ../certs/server.crt
key: ../certs/server.key
client_ca: ../certs/ca.crt
policy: ../policy.yaml
audit: {file: ../audit-of-file.jsonl}
log_format: json
api: sync
reflection: off
health: true
tls:
  min_version: 1.2
  resumption: on
reload: {watch: on, interval: 0}
keepalive:
  time: 30
CONFIG
working_flags=(--config "$work/config/server.yaml")
start_server --audit-file "$work/audit-of-flag.jsonl"
expect_exit 0 client_as client
[ -s "$work/audit-of-flag.jsonl" ] || fail "the flag did not win over the file"
[ ! -e "$work/audit-of-file.jsonl" ] || fail "the file won over the flag"
jq -e 'select(.message | contains("listening on 127.0.0.1:"))' "$work/server.err" >/dev/null ||
  fail "the log is not in JSON"
