# Runs greeter-server and greeter-client for one test. Source it with the test's own arguments:
#
#   . "$(dirname "$0")/../support/programs.sh" "$@"
#
# The arguments are the source folder and the folder of the programs. Gives the test a folder of
# its own, $work, with certificates in $work/certs; what the test starts ends with it.
# shellcheck shell=bash
set -euo pipefail

if [ "$#" -ne 2 ]; then
  echo "usage: $0 SOURCE_DIR BIN_DIR" >&2
  exit 2
fi
source_dir=$1
bin_dir=$2
work=$(mktemp -d)
server_pid=
port=

cleanup() {
  local result=$?
  if [ -n "$server_pid" ]; then
    kill -KILL "$server_pid" 2>/dev/null || true
    wait "$server_pid" 2>/dev/null || true
  fi
  if grep -qs -e 'Sanitizer: ' -e 'runtime error: ' "$work/server.err"; then
    cat "$work/server.err" >&2
    result=1
  fi
  rm -rf "$work"
  exit "$result"
}
trap cleanup EXIT

fail() {
  echo "FAILED: $*" >&2
  for file in "$work"/*.out "$work"/*.err; do
    if [ -s "$file" ]; then
      echo "--- ${file##*/}" >&2
      cat "$file" >&2
    fi
  done
  exit 1
}

# c-ares 1.18 loses 10 bytes each time that it resolves a name. Nothing else may leak.
echo "leak:libcares.so" >"$work/lsan.supp"
export LSAN_OPTIONS="suppressions=$work/lsan.supp:print_suppressions=0"

"$source_dir/scripts/make-certs.sh" "$work/certs" >/dev/null
cp "$source_dir/policy/policy.yaml" "$work/policy.yaml"

# Runs greeter-server with the flags of a working server on a free port; later flags are added.
# Its log goes to $work/server.err. Waits until it listens, and sets $port and $server_pid.
start_server() {
  rm -f "$work/port"
  "$bin_dir/greeter-server" "${working_flags[@]}" --listen 127.0.0.1:0 --port-file "$work/port" \
    "$@" >"$work/server.out" 2>"$work/server.err" &
  server_pid=$!
  local _
  for _ in $(seq 200); do
    if [ -s "$work/port" ]; then
      port=$(cat "$work/port")
      return
    fi
    kill -0 "$server_pid" 2>/dev/null || break
    sleep 0.05
  done
  fail "the server does not listen"
}

working_flags=(
  --cert "$work/certs/server.crt" --key "$work/certs/server.key"
  --client-ca "$work/certs/ca.crt" --policy "$work/policy.yaml"
  --audit-file "$work/audit.jsonl")

# Ends the server as its operator does, and sets $server_exit.
stop_server() {
  kill -TERM "$server_pid"
  server_exit=0
  wait "$server_pid" || server_exit=$?
  server_pid=
}

# Runs a command that must end with exit code $1; its output is in $work/run.out and run.err.
expect_exit() {
  local expected=$1 actual=0
  shift
  "$@" >"$work/run.out" 2>"$work/run.err" </dev/null || actual=$?
  [ "$actual" -eq "$expected" ] || fail "exit code $actual instead of $expected: $*"
}

# The last run said $1 on standard error (or, for expect_output, on standard output).
expect_message() {
  grep -qF -- "$1" "$work/run.err" || fail "no message \`$1\`"
}
expect_output() {
  grep -qF -- "$1" "$work/run.out" || fail "no output \`$1\`"
}

# The last run said one thing on standard error, in at most $1 lines.
expect_lines() {
  [ "$(wc -l <"$work/run.err")" -le "$1" ] || fail "more than $1 lines on standard error"
}

# The programs, for expect_exit: they may not run for ever.
server() {
  timeout 60 "$bin_dir/greeter-server" "$@"
}

# greeter-client, calling the server of start_server as the holder of $work/certs/$1.crt.
client_as() {
  local name=$1
  shift
  client --ca "$work/certs/ca.crt" --cert "$work/certs/$name.crt" --key "$work/certs/$name.key" "$@"
}
client() {
  timeout 60 "$bin_dir/greeter-client" --target "127.0.0.1:$port" "$@"
}
