#ifndef CERTGATE_SRC_AUDIT_SYSLOG_ADDRESS_H_
#define CERTGATE_SRC_AUDIT_SYSLOG_ADDRESS_H_

#include <absl/status/statusor.h>

#include <string>

namespace certgate {

/// Where a syslog server listens: at a local socket, or at a TCP port.
struct SyslogAddress {
  /// Of the socket; empty for TCP.
  std::string path;
  /// A name or an address, without the brackets of IPv6.
  std::string host;
  std::string port;

  bool is_local() const { return !path.empty(); }

  /// Reads `unix:/dev/log`, `tcp:HOST:PORT` or `tcp:[IPV6]:PORT`. Errors: InvalidArgument, which
  /// says what is wrong and what would be right.
  static absl::StatusOr<SyslogAddress> Parse(const std::string& text);
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_SYSLOG_ADDRESS_H_
