#!/usr/bin/env bash
# --check looks at everything and touches nothing: it does not listen and makes no audit file. The
# sample configuration and the sample policy pass it.
. "$(dirname "$0")/../support/programs.sh"

expect_exit 0 server "${working_flags[@]}" --check
expect_output "CN=localhost, valid until 20"
expect_output "CN=MyTestCA"
expect_output "\`greeter\`"
expect_output "sha256:$(sha256sum <"$work/policy.yaml" | cut -d' ' -f1)"
expect_output "all is well"
expect_lines 0
[ ! -e "$work/audit.jsonl" ] || fail "--check made the audit file"

mkdir "$work/sample"
cp -r "$source_dir/config" "$source_dir/policy" "$work/certs" "$work/sample/"
expect_exit 0 server --config "$work/sample/config/server.yaml" --check
expect_lines 0
expect_output "all is well"

expect_exit 3 server --config "$work/sample/config/server.yaml" --check \
  --audit-file "$work/missing/audit.jsonl"
expect_message "there is no directory \`$work/missing\`"
expect_exit 3 server --config "$work/sample/config/server.yaml" --check \
  --key "$work/certs/client.key"
expect_message "does not belong to the certificate"
cat "$work/certs/ca.crt" "$work/certs/foreign-ca.crt" >"$work/two-roots.crt"
expect_exit 3 server --config "$work/sample/config/server.yaml" --check \
  --client-ca "$work/two-roots.crt"
expect_message "2 roots"

# A port that is taken does not matter: nothing is opened.
start_server
expect_exit 0 server "${working_flags[@]}" --listen "127.0.0.1:$port" --check
