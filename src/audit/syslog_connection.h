#ifndef CERTGATE_SRC_AUDIT_SYSLOG_CONNECTION_H_
#define CERTGATE_SRC_AUDIT_SYSLOG_CONNECTION_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <chrono>
#include <memory>
#include <string_view>

#include "src/audit/syslog_address.h"

namespace certgate {

/// A connection to a syslog server. Not thread-safe.
class SyslogConnection {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// Connects to a local socket of datagrams or, where it is none, of a stream; or over TCP.
  /// Errors: Unavailable, with the cause and the next step. The lookup of a host's name is the
  /// system's and has the system's time limit.
  static absl::StatusOr<std::unique_ptr<SyslogConnection>> Connect(const SyslogAddress& address,
                                                                   Deadline deadline);
  ~SyslogConnection();
  SyslogConnection(const SyslogConnection&) = delete;
  SyslogConnection& operator=(const SyslogConnection&) = delete;

  /// Hands `message` to the kernel, in the framing of the connection: a datagram; over TCP with its
  /// length before it (RFC 6587, section 3.4.1); over a local stream with a newline behind it
  /// (section 3.4.2). After an error, Unavailable, the connection must not be used any more: half
  /// of the message may be on its way.
  absl::Status Send(std::string_view message, Deadline deadline);

  /// Whether the server has closed the connection, or it broke, as far as that is known.
  bool IsClosed();

 private:
  enum class Framing { kDatagram, kOctetCount, kNewline };
  SyslogConnection(int socket, Framing framing) : socket_(socket), framing_(framing) {}

  static absl::StatusOr<std::unique_ptr<SyslogConnection>> ConnectLocal(
      const SyslogAddress& address);
  static absl::StatusOr<std::unique_ptr<SyslogConnection>> ConnectTcp(const SyslogAddress& address,
                                                                      Deadline deadline);
  absl::Status SendAll(std::string_view bytes, Deadline deadline);

  const int socket_;
  const Framing framing_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_SYSLOG_CONNECTION_H_
