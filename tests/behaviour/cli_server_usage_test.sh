#!/usr/bin/env bash
# Wrong usage of greeter-server ends with exit code 2 and says what to give; --help and --version
# answer on standard output and end with 0.
. "$(dirname "$0")/../support/programs.sh"

expect_exit 0 server --help
expect_output "--client-ca FILE"
expect_output "Exit codes"
expect_exit 0 server --version
expect_output "greeter-server $(sed -n 's/#define CERTGATE_VERSION "\(.*\)"/\1/p' \
  "$source_dir/include/certgate/version.h")"

expect_exit 2 server --no-such-flag
expect_message "unknown flag \`--no-such-flag\`"
expect_message "--help"
expect_exit 2 server --polcy=policy.yaml
expect_message "did you mean \`--policy\`?"
expect_exit 2 server --listen
expect_message "the flag \`--listen\` needs a value, HOST:PORT"

expect_exit 2 server --status --listen 127.0.0.1:50777
expect_message "greeter-client --target 127.0.0.1:50777 --ca FILE --cert FILE --key FILE status"

expect_exit 2 server
for flag in --cert --key --client-ca --policy --audit-file; do
  expect_message "pass $flag FILE"
done

expect_exit 2 server "${working_flags[@]}" --shutdown-grace soon
expect_message "--shutdown-grace: \`soon\` is not a whole number from 0 to 3600"
expect_exit 2 server "${working_flags[@]}" --max-concurrent-streams 0
expect_message "--max-concurrent-streams: \`0\` is not a whole number from 1 to 100000"
expect_exit 2 server "${working_flags[@]}" --log-format xml
expect_message "\`xml\` is not one of \`text\`, \`json\`"
expect_exit 2 server "${working_flags[@]}" --health maybe
expect_message "--health: \`maybe\`"
expect_message "neither \`on\` nor \`off\`"
expect_exit 2 server "${working_flags[@]}" --tls-min-version 1.1
expect_message "--tls-min-version: \`1.1\` is not one of \`1.2\`, \`1.3\`"
expect_exit 2 server "${working_flags[@]}" --crl-on-missing ignore
expect_message "--crl-on-missing: \`ignore\` is not one of \`deny\`, \`allow\`"
expect_exit 2 server "${working_flags[@]}" --max-connection-age 1209601
expect_message "--max-connection-age: \`1209601\` is not a whole number from 0 to 1209600"
expect_exit 2 server "${working_flags[@]}" --crl ""
expect_message "--crl: the value is empty"
# A list takes one value with each flag, so that it cannot swallow what follows.
expect_exit 2 server "${working_flags[@]}" --crl one two
expect_message "unexpected argument \`two\`"
expect_exit 2 server "${working_flags[@]}" --listen nowhere
expect_message "\`nowhere\` is not an address to listen on"
expect_exit 2 server "${working_flags[@]}" --policy "$work/policy.yaml"
expect_message "--policy"
