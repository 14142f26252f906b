#!/usr/bin/env bash
# Wrong usage of greeter-client ends with 2, a file that is missing or wrong with 3, before any call.
. "$(dirname "$0")/../support/programs.sh"

port=1
certs=$work/certs
expect_exit 0 client --help
expect_exit 0 client --version
expect_exit 2 client
expect_message "pass --ca FILE"
expect_exit 2 client --ca "$certs/ca.crt" --cert "$certs/client.crt"
expect_message "--cert needs --key"
expect_exit 2 client --ca "$certs/ca.crt" --key "$certs/client.key"
expect_message "--key needs --cert"
expect_exit 2 client_as client greet
expect_message "unknown command \`greet\`"
expect_exit 2 "$bin_dir/greeter-client" helo
expect_message "did you mean \`hello\`?"
expect_exit 2 client_as client hello Ada
expect_message "\`hello\` takes no argument \`Ada\`"
expect_exit 2 client_as client --timeout never
expect_message "--timeout: \`never\` is not a number from 0 to 86400"
# Else nothing would ever end within it, and all be well.
expect_exit 2 client_as client --ends-within nan status
expect_message "--ends-within: \`nan\` is not a number from 0 to 87600"
expect_exit 2 client_as client --bogus
expect_message "unknown flag \`--bogus\`"
expect_exit 2 client_as client --ends-withn 2
expect_message "did you mean \`--ends-within\`?"
expect_exit 2 "$bin_dir/greeter-client" --target
expect_message "the flag \`--target\` needs a value, HOST:PORT"

expect_exit 3 client --ca "$work/missing.crt"
expect_message "cannot read the authority's certificate \`$work/missing.crt\`: No such file"
expect_lines 1
expect_exit 3 client --ca "$certs/ca.key"
expect_message "\`$certs/ca.key\` holds no PEM certificate"
expect_exit 3 client --ca "$certs/ca.crt" --cert "$certs/client.crt" --key "$certs/other-client.key"
expect_message "\`$certs/other-client.key\` does not belong to the certificate \`$certs/client.crt\`"
expect_exit 3 client --ca "$certs/ca.crt" --cert "$certs/client.crt" --key "$certs/client.crt"
expect_message "\`$certs/client.crt\` is not a PEM private key"
openssl pkey -in "$certs/client.key" -aes256 -passout pass:secret -out "$work/locked.key"
expect_exit 3 client --ca "$certs/ca.crt" --cert "$certs/client.crt" --key "$work/locked.key"
expect_message "\`$work/locked.key\` is encrypted"

expect_exit 2 "$bin_dir/greeter-client" --target localhost:1 --ca x --count 3 hello
expect_message "--count and --interval are for the command \`stream\`"
expect_exit 2 "$bin_dir/greeter-client" --target localhost:1 --ca x --count 0 stream
expect_message "--count"
