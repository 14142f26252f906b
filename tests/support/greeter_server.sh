# Sourced by shell tests: a greeter-server of the test's own, with certificates made for it.
#
#   start_greeter_server SOURCE_DIR BIN_DIR SCRATCH_DIR [FLAG...]
#
# sets server_pid and server_port, and leaves certs/, audit.jsonl and server.log in SCRATCH_DIR.
# The caller stops it with stop_greeter_server.
# shellcheck shell=bash

start_greeter_server() {
  local source=$1 binaries=$2 scratch=$3
  shift 3
  "$source/scripts/make-certs.sh" "$scratch/certs" >"$scratch/make-certs.log"
  "$binaries/greeter-server" --listen 127.0.0.1:0 --cert "$scratch/certs/server.crt" \
    --key "$scratch/certs/server.key" --client-ca "$scratch/certs/ca.crt" \
    --policy "$source/policy/policy.yaml" --audit-file "$scratch/audit.jsonl" "$@" \
    2>"$scratch/server.log" &
  server_pid=$!
  server_port=""
  for _ in $(seq 400); do
    server_port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\).*/\1/p' "$scratch/server.log")
    [ -z "$server_port" ] || return 0
    kill -0 "$server_pid" || break
    sleep 0.05
  done
  echo "greeter-server did not start:" >&2
  cat "$scratch/server.log" >&2
  return 1
}

stop_greeter_server() {
  kill -TERM "$server_pid"
  wait "$server_pid"
}
