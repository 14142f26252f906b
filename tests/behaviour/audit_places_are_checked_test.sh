#!/usr/bin/env bash
# A place for audit records that cannot be is a mistake of the configuration, told before anything
# starts; one that merely does not answer is not looked at.
. "$(dirname "$0")/../support/programs.sh"

refused() {
  expect_exit 2 server "${working_flags[@]}" --check --audit-sink "$1"
  expect_message "$2"
}
refused "syslog:udp:127.0.0.1:514" "it must be \`unix:PATH\`, such as \`unix:/dev/log\`, or \`tcp:HOST:PORT\`"
refused "syslog:tcp:logs.acme.example" "a port from 1 to 65535 must stand at the end"
refused "syslog:tcp:2001:db8::7:601" "an IPv6 address must stand in brackets"
refused "syslog:unix:/dev/log facility=kern" "unknown syslog facility \`kern\`; use \`authpriv\`"
refused "syslog:unix:/dev/log facility=" "\`facility=\` names none"
refused "stdout facility=local3" "\`facility=\` is for syslog, and not for \`stdout\`"
refused "syslog:unix:/dev/log required=perhaps" "\`required\` is \`on\` or \`off\`, not \`perhaps\`"
refused "stdout records=denied,more" "\`more\` is no kind of record"
refused "nowhere" "\`nowhere\` is no place for audit records"

expect_exit 0 server "${working_flags[@]}" --check \
  --audit-sink "syslog:tcp:[2001:db8::7]:601 records=denied,revoked facility=local3 required=off" \
  --audit-sink "syslog:unix:$work/no-such-socket"
expect_output "all is well"

# A required place that does not answer: the server does not start.
expect_exit 3 server "${working_flags[@]}" --listen 127.0.0.1:0 \
  --audit-sink "syslog:unix:$work/no-such-socket"
expect_message "syslog \`unix:$work/no-such-socket\`: cannot connect: No such file or directory"
expect_message "no syslog server has made this socket; start it, or name the socket that it has"
