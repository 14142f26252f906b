#!/usr/bin/env bash
# Shows certgate at work: builds the Greeter server and its client, starts the server behind the
# sample policy and calls it as seven different callers. Installs what is missing, leaves nothing
# running, and ends with 0 only if each caller got what it should.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
bin=$root/build/release/bin
work=$(mktemp -d)
certs=$work/certs
server_pid=
step=0
surprises=0

cleanup() {
  if [ -n "$server_pid" ]; then
    kill -TERM "$server_pid" 2>/dev/null || true
    wait "$server_pid" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

if [ -t 1 ]; then
  bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' green='' red='' plain=''
fi

# Runs a command whose output matters only if it fails.
quietly() {
  if ! "$@" >"$work/output" 2>&1; then
    cat "$work/output" >&2
    echo "demo.sh: this failed: $*" >&2
    exit 1
  fi
}

build() {
  echo "Building the server and the client (the first time takes a few minutes) ..."
  cd "$root"
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache
  quietly cmake --preset release
  quietly cmake --build --preset release --target greeter-server greeter-client
}

start_server() {
  "$bin/greeter-server" --listen 127.0.0.1:0 --port-file "$work/port" \
    --cert "$certs/server.crt" --key "$certs/server.key" --client-ca "$certs/ca.crt" \
    --policy "$root/policy/policy.yaml" --audit-file "$work/audit.jsonl" 2>"$work/server.log" &
  server_pid=$!
  local _
  for _ in $(seq 200); do
    [ ! -s "$work/port" ] || return 0
    kill -0 "$server_pid" 2>/dev/null || break
    sleep 0.05
  done
  cat "$work/server.log" >&2
  echo "demo.sh: the server did not start" >&2
  exit 1
}

# heading TEXT: begins a step.
heading() {
  step=$((step + 1))
  printf '\n%s%d. %s%s\n' "$bold" "$step" "$1" "$plain"
}

# verdict YES|NO TEXT: ends a step.
verdict() {
  if [ "$1" = yes ]; then
    printf '   %s=> %s, as it should be%s\n' "$green" "$2" "$plain"
  else
    printf '   %s=> NOT AS IT SHOULD BE: expected: %s%s\n' "$red" "$2" "$plain"
    surprises=$((surprises + 1))
  fi
}

# What a program said, for reading: folded and set off.
indented() {
  fold -s -w 100 | sed 's/^/   | /'
}

# call EXIT_CODE TEXT WHAT FLAGS...: calls the server and expects that exit code, and TEXT in what
# the client says; WHAT is the outcome in words.
call() {
  local expected=$1 text=$2 what=$3 actual=0
  shift 3
  set -- --target "127.0.0.1:$port" "$@"
  printf '   $ greeter-client%s\n' "$(printf ' %q' "${@//"$work/"/}")"
  "$bin/greeter-client" "$@" >"$work/said" 2>&1 || actual=$?
  sed "s#$work/##g" "$work/said" | indented
  if [ "$actual" -eq "$expected" ] && grep -qF -- "$text" "$work/said"; then
    verdict yes "$what"
  else
    verdict no "$what"
  fi
}

# as NAME: the flags with which the holder of a certificate calls.
as() {
  echo --ca "$certs/ca.crt" --cert "$certs/$1.crt" --key "$certs/$1.key"
}

show_callers() {
  local client other foreign expired
  read -ra client <<<"$(as client)"
  read -ra other <<<"$(as other-client)"
  read -ra foreign <<<"$(as foreign-client)"
  read -ra expired <<<"$(as expired-client)"

  heading "A caller that the policy lists: my-grpc-client of the unit payments"
  call 0 "Greeting: Hello gRPC User" "greeted" "${client[@]}" --name "gRPC User"
  heading "A caller with a good certificate that the policy does not list"
  call 71 PERMISSION_DENIED "refused by the policy" "${other[@]}"
  heading "A caller without a certificate"
  call 78 "none was given" "refused in the TLS handshake" --ca "$certs/ca.crt"
  heading "A certificate with the right names from an authority that the server does not trust"
  call 78 MyForeignCA "refused in the TLS handshake" "${foreign[@]}"
  heading "A certificate with the right names that has expired"
  call 78 "expired" "refused in the TLS handshake" "${expired[@]}"
  heading "A client that does not trust the server: it was given another authority"
  call 78 "was not issued by the authority" "refused by the client" \
    --ca "$certs/foreign-ca.crt" "${client[@]:2}"
  heading "Who am I? The server's answer to the listed caller"
  call 0 "may call       /helloworld.Greeter/SayHello" "known, with its rights" \
    "${client[@]}" whoami
}

# field NAME RECORD: the first text of that name. Good enough for this; for real use take jq.
field() {
  grep -oE "\"$1\":\"[^\"]*\"" <<<"$2" | head -n 1 | cut -d'"' -f4
}

show_audit_trail() {
  heading "The audit trail: what was loaded, each call that got through TLS, each failed handshake"
  local record
  while IFS= read -r record; do
    printf '%s  %-16s  %s\n' "$(field @timestamp "$record" | cut -c12-19)" \
      "$(field reason "$record")" "$(field message "$record")" | indented
  done <"$work/audit.jsonl"
  echo "   The refused call's record in full (it is one line in the file):"
  grep '"reason":"no_matching_rule"' "$work/audit.jsonl" | head -n 1 |
    sed -E 's/,("(event|message|rule|rpc|source|tls|service|certgate)":)/,\n \1/g' |
    fold -w 100 | sed 's/^/   | /'

  local records refused
  records=$(grep -c '"action":"authorize"' "$work/audit.jsonl" || true)
  refused=$(grep -c '"reason":"no_matching_rule"' "$work/audit.jsonl" || true)
  if [ "$records" -eq 3 ] && [ "$refused" -eq 1 ]; then
    verdict yes "three calls, three records, one of them refused"
  else
    verdict no "three records, one of them refused"
  fi
}

stop_server() {
  heading "SIGTERM: the server drains and stops"
  local exit_code=0
  kill -TERM "$server_pid"
  wait "$server_pid" || exit_code=$?
  server_pid=
  grep -E 'listening|draining|stopped' "$work/server.log" | indented
  if [ "$exit_code" -eq 0 ]; then verdict yes "exit code 0"; else verdict no "exit code 0"; fi
}

"$root/scripts/setup.sh" build
build
quietly "$root/scripts/make-certs.sh" "$certs"
start_server
port=$(cat "$work/port")
echo "The server listens on 127.0.0.1:$port, behind policy/policy.yaml."
show_callers
show_audit_trail
stop_server

echo
if [ "$surprises" -gt 0 ]; then
  echo "${red}$surprises of $step steps did not go as they should.${plain}"
  exit 1
fi
echo "${green}All $step steps went as they should.${plain}"
