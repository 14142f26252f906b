#!/usr/bin/env bash
# Each command of greeter-client does its call, against both implementations of the Greeter.
. "$(dirname "$0")/../support/programs.sh"

# The last run printed exactly the lines that follow.
expect_exactly() {
  diff <(printf '%s\n' "$@") "$work/run.out" >&2 || fail "other output than expected"
}

for api in sync callback; do
  start_server --api "$api" --shutdown-grace 60
  expect_exit 0 client_as client
  expect_exactly "Greeting: Hello world"
  expect_exit 0 client_as client --name "gRPC User" hello
  expect_exactly "Greeting: Hello gRPC User"
  expect_exit 0 client_as client --name Ada stream
  expect_exactly "Greeting: Hello Ada" "Greeting: Hello Ada" "Greeting: Hello Ada"
  expect_exit 0 client_as client stream --name Ada --count 2 --interval 0.05
  expect_exactly "Greeting: Hello Ada" "Greeting: Hello Ada"
  # A call that is cancelled in a pause does not hold up the end of the server.
  expect_exit 68 client_as client --timeout 0.5 stream --count 2 --interval 60
  expect_exactly "Greeting: Hello world"
  expect_exit 0 client_as client collect Ada Grace Edith
  expect_exactly "Greeting: Hello Ada, Grace and Edith"
  expect_exit 0 client_as client chat Ada Grace
  expect_exactly "Greeting: Hello Ada" "Greeting: Hello Grace"
  [ "$(printf 'Ada\nGrace\n' | client_as client collect)" = "Greeting: Hello Ada and Grace" ] ||
    fail "$api: the names of standard input were not greeted"

  mapfile -t many < <(seq 1001)
  expect_exit 0 client_as client collect "${many[@]:0:1000}"
  expect_exit 72 client_as client collect "${many[@]}"
  expect_message "RESOURCE_EXHAUSTED: "

  expect_exit 0 client_as client health
  expect_exactly "SERVING"
  expect_exit 0 client_as client --format json
  expect_exactly '{"message":"Hello world"}'
  start=$SECONDS
  stop_server
  [ $((SECONDS - start)) -lt 30 ] || fail "$api: a cancelled call held up the end of the server"
done

start_server
expect_exit 0 client_as client whoami
expect_output "common name    my-grpc-client"
expect_output "may call       /helloworld.Greeter/SayHello"
expect_exit 0 client_as other-client --format json whoami
jq -e '.identity.common_name == "other-client"
  and .identity.organizational_units == ["marketing"]
  and (.identity.sha256 | test("^[0-9a-f]{64}$"))
  and .allowed_methods == ["/certgate.v1.CallerService/WhoAmI",
                           "/grpc.health.v1.Health/Check",
                           "/grpc.health.v1.Health/Watch"]' "$work/run.out" >/dev/null ||
  fail "whoami says something else"
