#ifndef CERTGATE_HANDSHAKE_FAILURES_H_
#define CERTGATE_HANDSHAKE_FAILURES_H_

#include <certgate/audit_record.h>

#include <functional>
#include <memory>
#include <string_view>

namespace certgate {

/// Takes one record; the views in it are borrowed for the length of the call. Must not throw.
using HandshakeSink = std::function<void(const HandshakeRecord&)>;

/// Makes records of the TLS handshakes that fail. gRPC tells of them in its log alone, at the level
/// of debugging, and a process has one function for that log. So the application keeps the
/// function, and shows each message to this:
///
///     static certgate::HandshakeFailures* failures;
///     gpr_set_log_verbosity(GPR_LOG_SEVERITY_DEBUG);
///     gpr_set_log_function([](gpr_log_func_args* args) {
///       if (failures->Observe(args->file, args->message)) return;
///       ...
///     });
///
/// A call that succeeds logs nothing, so it costs calls nothing.
///
/// The cause is a sentence with OpenSSL's or gRPC's words behind it. gRPC names the peer where the
/// connection broke, and not where TLS failed. A flood is bounded: of one cause there are at most
/// 10 records in 10 seconds. What exceeds them is counted, and the count becomes one record at the
/// end of the 10 seconds, or of this object: records and counts add up to the failures.
class HandshakeFailures {
 public:
  /// Starts a thread, which alone calls `sink`.
  explicit HandshakeFailures(HandshakeSink sink);
  /// Hands over what is left. `Observe` must not be called any more.
  ~HandshakeFailures();
  HandshakeFailures(const HandshakeFailures&) = delete;
  HandshakeFailures& operator=(const HandshakeFailures&) = delete;

  /// Looks at one message of gRPC's log, and at the file of gRPC's source that it comes from. True
  /// if it tells of a failed handshake; then a record of it follows, in a moment. Never waits for
  /// the sink. Thread-safe.
  bool Observe(const char* file, const char* message) noexcept;

  /// Takes a connection that the application itself closed before its handshake: why, and the
  /// peer's address as gRPC writes it (`ipv4:192.0.2.7:50000`), empty if unknown. A record follows
  /// as of any failure. `cause` must be one of a few: floods are bounded by cause. Thread-safe.
  void Add(std::string_view cause, std::string_view peer) noexcept;

 private:
  class Worker;
  const std::unique_ptr<Worker> worker_;
};

}  // namespace certgate

#endif  // CERTGATE_HANDSHAKE_FAILURES_H_
