#ifndef CERTGATE_TESTS_UNIT_AUDIT_FAKE_SYSLOG_H_
#define CERTGATE_TESTS_UNIT_AUDIT_FAKE_SYSLOG_H_

#include <cstddef>
#include <string>

namespace certgate::testing {

/// A syslog server that takes what it is told to take, and nothing by itself. Every wait ends after
/// ten seconds with std::runtime_error.
class FakeSyslog {
 public:
  enum class Kind { kDatagram, kStream, kTcp };

  /// Listens at the socket `path`, or on a port of 127.0.0.1: a free one, unless `port` is given.
  explicit FakeSyslog(Kind kind, const std::string& path, int port = 0);
  ~FakeSyslog();
  FakeSyslog(const FakeSyslog&) = delete;
  FakeSyslog& operator=(const FakeSyslog&) = delete;

  /// As `AuditSyslogOptions::address` has it.
  std::string address() const;
  int port() const { return port_; }

  /// The next datagram.
  std::string TakeDatagram();
  /// Takes the next connection, in place of the one before.
  void Accept();
  /// The next bytes of the connection, as many as these.
  std::string Take(std::size_t bytes);
  /// The next message, with its length before it (RFC 6587, section 3.4.1).
  std::string TakeCounted();
  /// The next message, with a newline behind it.
  std::string TakeLine();
  /// Closes the connection.
  void HangUp();

 private:
  void WaitUntilReadable(int fd) const;

  const Kind kind_;
  const std::string path_;
  int port_ = 0;
  int socket_ = -1;
  int connection_ = -1;
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_AUDIT_FAKE_SYSLOG_H_
