#!/usr/bin/env bash
# SIGTERM lets running calls finish, takes no new ones, and ends with 0. What runs longer than the
# grace period is cut off, and a second signal ends the server at once, as failed. SIGHUP ends
# nothing.
. "$(dirname "$0")/../support/programs.sh"

# Starts a chat whose names come from file descriptor 3, and waits until it has its first reply.
start_chat() {
  rm -f "$work/names" "$work/chat.out"
  mkfifo "$work/names"
  client_as client --timeout 30 chat <"$work/names" >"$work/chat.out" 2>"$work/chat.err" &
  chat_pid=$!
  exec 3>"$work/names"
  echo first >&3
  wait_for_line "Hello first" "$work/chat.out"
}

wait_for_line() {
  local _
  for _ in $(seq 200); do
    if grep -qF -- "$1" "$2" 2>/dev/null; then return; fi
    sleep 0.05
  done
  fail "no line \`$1\` in $2"
}

wait_for_exit() {
  exit_code=0
  wait "$1" || exit_code=$?
}

for api in sync callback; do
  start_server --api "$api"
  start_chat
  kill -HUP "$server_pid"
  wait_for_line "SIGHUP: reloading" "$work/server.err"
  expect_exit 0 client_as client
  kill -TERM "$server_pid"
  wait_for_line "draining" "$work/server.err"
  expect_exit 78 client_as client
  echo second >&3
  wait_for_line "Hello second" "$work/chat.out"
  exec 3>&-
  wait_for_exit "$chat_pid"
  [ "$exit_code" -eq 0 ] || fail "$api: the running chat ended with $exit_code"
  wait_for_exit "$server_pid"
  server_pid=
  [ "$exit_code" -eq 0 ] || fail "$api: the drained server ended with $exit_code"
  wait_for_line "stopped" "$work/server.err"

  start_server --api "$api" --shutdown-grace 1
  start_chat
  stop_server
  [ "$server_exit" -eq 0 ] || fail "$api: a server with a stuck call ended with $server_exit"
  exec 3>&-
  wait_for_exit "$chat_pid"
  [ "$exit_code" -ge 64 ] || fail "$api: the chat that was cut off ended with $exit_code"

  start_server --api "$api" --shutdown-grace 60
  start_chat
  kill -INT "$server_pid"
  wait_for_line "draining" "$work/server.err"
  kill -HUP "$server_pid"
  expect_exit 78 client_as client
  kill -INT "$server_pid"
  wait_for_exit "$server_pid"
  server_pid=
  [ "$exit_code" -eq 1 ] || fail "$api: a server told to stop twice ended with $exit_code"
  exec 3>&-
  wait_for_exit "$chat_pid"
done
