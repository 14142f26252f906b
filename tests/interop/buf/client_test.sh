#!/usr/bin/env bash
# Usage: client_test.sh SOURCE_DIR BIN_DIR
# Makes the calls of cases.txt with `buf curl`, which brings a gRPC client of its own.
. "$(dirname "$0")/../../support/programs.sh"
. "$(dirname "$0")/../cases.sh"
. "$(dirname "$0")/../npm.sh"

npm_packages buf
export BUF_CACHE_DIR=$work/buf-cache

call_method() {
  local target=$1 method=$2 certificate=() result=0
  shift 2
  [ ! -e client.crt ] || certificate=(--cert client.crt --key client.key)
  jq --null-input '$ARGS.positional[] | {name: .}' --args "$@" |
    timeout 30 "$packages/.bin/buf" curl --schema "$work/proto" --protocol grpc \
      --cacert ca.crt "${certificate[@]}" --data @- "https://$target$method" \
      >"$work/buf.out" 2>"$work/buf.err" || result=$?
  jq --raw-output .message "$work/buf.out"
  if [ "$result" -eq 0 ]; then
    echo OK
  else
    # buf says `canceled` where the server hung up while it was writing.
    jq --raw-output '"\(.code | ascii_upcase) \(.message)"' "$work/buf.err" |
      sed 's/^CANCELED /UNAVAILABLE /'
  fi
}
run_cases
