#ifndef CERTGATE_TESTS_UNIT_AUDIT_FAKE_SYSLOG_H_
#define CERTGATE_TESTS_UNIT_AUDIT_FAKE_SYSLOG_H_

#include <cstddef>
#include <string>

namespace certgate::testing {

/// A syslog server that takes what it is told to take, and nothing by itself. Every wait ends after
/// ten seconds with std::runtime_error.
class FakeSyslog {
 public:
  /// The last is TCP over IPv6.
  enum class Kind { kDatagram, kStream, kTcp, kTcp6 };

  /// Listens at the socket `path`, or on a port of 127.0.0.1 or ::1: a free one, unless `port` is
  /// given.
  explicit FakeSyslog(Kind kind, const std::string& path, int port = 0);
  ~FakeSyslog();
  FakeSyslog(const FakeSyslog&) = delete;
  FakeSyslog& operator=(const FakeSyslog&) = delete;

  /// As `AuditSyslogOptions::address` has it.
  std::string address() const;
  int port() const { return port_; }

  /// Takes the next connection, in place of the one before.
  void Accept();
  /// The next message: a datagram; over TCP, what has its length before it (RFC 6587, section
  /// 3.4.1); of a local stream, what has a newline behind it.
  std::string Take();
  /// Sends words to the client, as many as it takes; returns how many bytes.
  std::size_t Say();
  /// Closes the connection.
  void HangUp();

 private:
  bool is_local() const { return kind_ == Kind::kDatagram || kind_ == Kind::kStream; }
  void WaitUntilReadable(int fd) const;
  void TakeMore();
  std::string TakeDatagram();
  std::string TakeBytes(std::size_t count);
  std::string TakeUntil(char end);

  const Kind kind_;
  const std::string path_;
  int port_ = 0;
  int socket_ = -1;
  int connection_ = -1;
  // What the connection brought and was not asked for yet.
  std::string taken_;
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_AUDIT_FAKE_SYSLOG_H_
