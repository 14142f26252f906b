#!/usr/bin/env bash
# Every setting can come from the environment: flags win over it, it wins over the configuration
# file, and what it cannot mean keeps the server from starting.
. "$(dirname "$0")/../support/programs.sh"

# Runs the rest with the variables before `--`.
with() {
  local variables=()
  while [ "$1" != -- ]; do
    variables+=("$1")
    shift
  done
  shift
  timeout 60 env "${variables[@]}" "$@"
}
server_with() {
  with "$@" -- "$bin_dir/greeter-server"
}
files=(
  "CERTGATE_CERT=$work/certs/server.crt" "CERTGATE_KEY=$work/certs/server.key"
  "CERTGATE_CLIENT_CA=$work/certs/ca.crt" "CERTGATE_POLICY=$work/policy.yaml")
audit="CERTGATE_AUDIT_FILE=$work/audit.jsonl"

# A server that is given nothing but the environment; and a variable for each flag.
expect_exit 0 with "${files[@]}" "$audit" -- "$bin_dir/greeter-server" --check
for flag in $("$bin_dir/greeter-server" --help | grep -oE '^ +--[a-z-]+' | tr -d ' ' |
  grep -vxE -- '--(help|version|check|status|config)'); do
  name=CERTGATE_$(tr a-z- A-Z_ <<<"${flag#--}")
  expect_exit 2 server_with "${files[@]}" "$audit" "$name="
  expect_message "greeter-server: $name is empty: give it a value, or unset it"
done

# What is wrong is told with the variable's name, all of it at once.
expect_exit 2 server_with "${files[@]}" "$audit" CERTGATE_AUDIT_QUEUE=many CERTGATE_HEALTH=yes \
  CERTGATE_TLS_MIN_VERSION=1.1
expect_message "greeter-server: CERTGATE_AUDIT_QUEUE: \`many\` is not a whole number from 1 to"
expect_message "greeter-server: CERTGATE_HEALTH: \`yes\` is neither \`on\` nor \`off\`"
expect_message "greeter-server: CERTGATE_TLS_MIN_VERSION: \`1.1\` is not one of \`1.2\`, \`1.3\`"
expect_exit 2 server_with "${files[@]}" "$audit" CERTGATE_AUDITFILE=/dev/null CERTGATE_NONSENSE=1
expect_message "unknown environment variable \`CERTGATE_AUDITFILE\`: did you mean \`CERTGATE_AUDIT_FILE\`?"
expect_message "unknown environment variable \`CERTGATE_NONSENSE\`: each is \`CERTGATE_\` and a flag"
expect_exit 2 server_with "${files[@]}" "$audit" "CERTGATE_LISTEN=127.0.0.1:0"$'\n'
expect_message "CERTGATE_LISTEN holds a control character"
expect_exit 3 server_with "CERTGATE_CONFIG=$work/missing.yaml"
expect_message "$work/missing.yaml: error: the configuration file cannot be read: No such file"

# Flag, environment, file: each wins over what follows.
cat >"$work/server.yaml" <<CONFIG
audit: {file: $work/of-file.jsonl, queue: 0}
CONFIG
expect_exit 3 with "${files[@]}" "CERTGATE_CONFIG=$work/server.yaml" -- "$bin_dir/greeter-server" --check
expect_message "server.yaml:1:"
sed -i 's/, queue: 0//' "$work/server.yaml"
checks() {
  expect_exit 0 with "${files[@]}" "CERTGATE_CONFIG=$work/server.yaml" "$@"
}
checks -- "$bin_dir/greeter-server" --check
expect_output "$work/of-file.jsonl"
checks "CERTGATE_AUDIT_FILE=$work/of-environment.jsonl" -- "$bin_dir/greeter-server" --check
expect_output "$work/of-environment.jsonl"
checks "CERTGATE_AUDIT_FILE=$work/of-environment.jsonl" -- \
  "$bin_dir/greeter-server" --check --audit-file "$work/of-flag.jsonl"
expect_output "$work/of-flag.jsonl"

# Lists have `;` between; Kubernetes' variables for a service called `certgate` mean nothing here.
export "${files[@]}" "CERTGATE_AUDIT_SINK=file:$work/a.jsonl;file:$work/b.jsonl records=denials" \
  CERTGATE_SERVICE_HOST=10.0.0.1 CERTGATE_SERVICE_PORT=50051 CERTGATE_SERVICE_PORT_GRPC=50051 \
  CERTGATE_PORT=tcp://10.0.0.1:50051 CERTGATE_PORT_50051_TCP_ADDR=10.0.0.1 \
  CERTGATE_GREETER_SERVICE_HOST=10.0.0.2
working_flags=()
start_server
expect_exit 0 client_as client
expect_exit 71 client_as other-client   # 64 + PERMISSION_DENIED
stop_server
[ "$server_exit" -eq 0 ] || fail "the server ended with $server_exit"
[ "$(grep -c '"action":"authorize"' "$work/a.jsonl")" -eq 2 ] || fail "the first list entry is not used"
[ "$(grep -c '"action":"authorize"' "$work/b.jsonl")" -eq 1 ] || fail "the second list entry is not used"
