#!/usr/bin/env bash
# What the settings limit or switch off is limited or off.
. "$(dirname "$0")/../support/programs.sh"

name=$(head -c 4000 /dev/zero | tr '\0' x)
start_server --max-message-bytes 2000
expect_exit 0 client_as client
expect_exit 72 client_as client --name "$name"
expect_message "RESOURCE_EXHAUSTED: "
stop_server

start_server --max-message-bytes 5000
expect_exit 0 client_as client --name "$name"
stop_server

# With health off nobody serves it: the guard answers as for any path that is not served.
start_server --health off
expect_exit 76 client_as client health
expect_message "UNIMPLEMENTED: "
expect_exit 0 client_as client whoami
if grep -q Health "$work/run.out"; then fail "whoami lists a service that is off"; fi
stop_server
