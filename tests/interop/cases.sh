# Makes the calls of cases.txt with the client of one language. Source it after support/programs.sh:
# the clients' proto files are in $work/proto then. Define `call_method TARGET METHOD NAME...`, then
# run_cases.
#
# call_method runs in a folder with ca.crt and, if the caller has a certificate, client.crt and
# client.key. It writes the reply messages, one a line, and in the last line the status, as in
# `OK` or `UNIMPLEMENTED this server has no such method`, to standard output.
# shellcheck shell=bash
interop_dir=$source_dir/tests/interop

mkdir -p "$work/proto/helloworld"
sed '/^service Greeter {/a \  rpc SayGoodbye(HelloRequest) returns (HelloReply);
     $a service Farewell {\n  rpc SayGoodbye(HelloRequest) returns (HelloReply);\n}' \
  "$source_dir/proto/helloworld/helloworld.proto" >"$work/proto/helloworld/helloworld.proto"

revoke_operator() {
  local serial
  serial=$(openssl x509 -in "$work/certs/operator.crt" -noout -serial)
  sed -i "s/^version: 1$/&\nrevoked:\n  - { serial: \"${serial#serial=}\" }/" "$work/policy.yaml"
}

# The folder that the caller $1 calls from.
folder_of() {
  local folder=$work/callers/$1
  if [ ! -d "$folder" ]; then
    mkdir -p "$folder"
    cp "$work/certs/ca.crt" "$folder/"
    if [ "$1" != none ]; then
      cp "$work/certs/$1.crt" "$folder/client.crt"
      cp "$work/certs/$1.key" "$folder/client.key"
    fi
  fi
  echo "$folder"
}

# How many records the audit trail has of which the jq expression $1 is true.
count_records() {
  jq --slurp "map(select($1)) | length" "$work/audit.jsonl"
}

# Waits until there are more than $2 records that $1 is true of: one can be written after its call
# has ended for the caller.
expect_more_records() {
  local _
  for _ in $(seq 100); do
    [ "$(count_records "$1")" -le "$2" ] || return 0
    sleep 0.05
  done
  fail "$case: no audit record with $1"
}

check_status() {
  local id
  case $1 in
    OK)
      [ "$2" = OK ] || fail "$case: ended with \`$2\`"
      expect_more_records "$is_call and .event.outcome == \"success\"" "$allowed_before"
      ;;
    PERMISSION_DENIED | UNAUTHENTICATED)
      [[ $2 =~ ^"$1 certgate refused this call, audit record "([0-9A-Z]{26})$ ]] ||
        fail "$case: ended with \`$2\`"
      id=${BASH_REMATCH[1]}
      expect_more_records "$is_call and .event.outcome == \"failure\" and .event.id == \"$id\"" 0
      ;;
    UNIMPLEMENTED)
      [ "$2" = "UNIMPLEMENTED this server has no such method" ] || fail "$case: ended with \`$2\`"
      expect_more_records "$is_call and .event.outcome == \"success\"" "$allowed_before"
      ;;
    UNAVAILABLE)
      # The rest is each language's own.
      [[ $2 == "UNAVAILABLE "?* && $2 != *certgate* ]] || fail "$case: ended with \`$2\`"
      expect_more_records "$is_handshake" "$handshakes_before"
      [ "$(count_records '.event.action == "authorize"')" -eq "$calls_before" ] ||
        fail "$case: the call got through TLS"
      ;;
    *) fail "cases.txt: no status \`$1\`" ;;
  esac
}

# check_case CALLER METHOD NAMES STATUS REPLIES, the columns of cases.txt.
check_case() {
  local case="$1 calls $2 with $3" folder names replies is_call is_handshake
  local allowed_before handshakes_before calls_before
  is_call=".event.action == \"authorize\" and .rpc.method == \"${2#/}\""
  is_handshake='.event.action == "tls-handshake" and .event.outcome == "failure"'
  allowed_before=$(count_records "$is_call and .event.outcome == \"success\"")
  handshakes_before=$(count_records "$is_handshake")
  calls_before=$(count_records '.event.action == "authorize"')
  folder=$(folder_of "$1")
  IFS=, read -ra names <<<"$3"
  (cd "$folder" && call_method "127.0.0.1:$port" "$2" "${names[@]}") \
    >"$work/run.out" 2>"$work/run.err" </dev/null || fail "$case: the client failed"
  check_status "$4" "$(tail -n 1 "$work/run.out")"
  replies=$(head -n -1 "$work/run.out" | sed ':next; N; s/\n/, /; b next')
  [ "$replies" = "$5" ] || fail "$case: the replies are \`$replies\` instead of \`$5\`"
}

run_cases() {
  local caller method names status replies count=0
  revoke_operator
  start_server
  while read -r caller method names status replies <&3; do
    [[ -n $caller && $caller != \#* ]] || continue
    check_case "$caller" "$method" "$names" "$status" "$replies"
    count=$((count + 1))
  done 3<"$interop_dir/cases.txt"
  stop_server
  [ "$server_exit" -eq 0 ] || fail "the server ended with $server_exit"
  [ "$count" -gt 0 ] || fail "cases.txt has no case"
  echo "$count calls went as they should"
}
