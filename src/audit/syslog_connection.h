#ifndef CERTGATE_SRC_AUDIT_SYSLOG_CONNECTION_H_
#define CERTGATE_SRC_AUDIT_SYSLOG_CONNECTION_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "src/audit/syslog_address.h"

namespace certgate {

/// A connection to a syslog server. Not thread-safe.
class SyslogConnection {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// Connects to a local socket of datagrams or, where it is none, of a stream; or over TCP, to the
  /// addresses of the host one after the other, which share the time. Errors: Unavailable, with the
  /// cause and the next step. The lookup of a host's name is the system's and has the system's time
  /// limit.
  static absl::StatusOr<std::unique_ptr<SyslogConnection>> Connect(const SyslogAddress& address,
                                                                   Deadline deadline);
  ~SyslogConnection();
  SyslogConnection(const SyslogConnection&) = delete;
  SyslogConnection& operator=(const SyslogConnection&) = delete;

  /// `message` as it goes over this connection: a datagram; over TCP with its length before it
  /// (RFC 6587, section 3.4.1); over a local stream with a newline behind it (section 3.4.2).
  std::string Framed(std::string_view message) const;

  /// Hands what `framed` holds behind its first `sent` bytes to the kernel, and counts `sent` on.
  /// Error, with the cause and the next step: Unavailable. If the server takes nothing until
  /// `deadline`, the connection is as good as before, and what is left of `framed` must be sent
  /// before all else; after any other error the connection is broken.
  absl::Status Send(std::string_view framed, std::size_t& sent, Deadline deadline);

  /// Whether `Send` failed for good, or the server has closed the connection, as far as that is
  /// known.
  bool IsBroken();

 private:
  enum class Framing { kDatagram, kOctetCount, kNewline };
  SyslogConnection(int socket, Framing framing) : socket_(socket), framing_(framing) {}

  static absl::StatusOr<std::unique_ptr<SyslogConnection>> ConnectLocal(
      const SyslogAddress& address);
  static absl::StatusOr<std::unique_ptr<SyslogConnection>> ConnectTcp(const SyslogAddress& address,
                                                                      Deadline deadline);

  const int socket_;
  const Framing framing_;
  bool is_broken_ = false;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_SYSLOG_CONNECTION_H_
