#ifndef CERTGATE_AUDIT_LOG_H_
#define CERTGATE_AUDIT_LOG_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <certgate/audit_record.h>
#include <certgate/audit_sink.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace certgate {

/// The trail of records: gives each its sequence number, encodes it as one JSON line and hands it
/// to every sink. Thread-safe.
class AuditLog {
 public:
  /// What stands in every record as `service.name` and `service.version`.
  struct Service {
    std::string name;
    std::string version;
  };

  /// `sinks` must not be empty: a log that goes nowhere is an InvalidArgument error.
  static absl::StatusOr<std::unique_ptr<AuditLog>> Create(
      std::vector<std::unique_ptr<AuditSink>> sinks, Service service);

  /// The usual log: one that appends to the file `path`. Errors: those of `OpenAuditFile`.
  static absl::StatusOr<std::unique_ptr<AuditLog>> OpenFile(const std::string& path,
                                                            Service service);

  /// Writes one record to all sinks before it returns. An error of any sink, or an exception on
  /// the way, is an Unavailable error, and the caller must refuse what it was about to let happen.
  /// Sequence numbers count records handed to the sinks, so that a gap in a file shows a loss.
  absl::Status Append(const DecisionRecord& record) noexcept;
  /// The same for what is no call, and has happened already: there is nothing to be refused. A load
  /// that cannot be recorded counts all the same, since it may take rights away; as long as nothing
  /// can be recorded no call is admitted.
  absl::Status Append(const PolicyLoadRecord& record) noexcept;
  absl::Status Append(const HandshakeRecord& record) noexcept;

 private:
  AuditLog(std::vector<std::unique_ptr<AuditSink>> sinks, Service service);

  template <typename Record>
  absl::Status AppendAny(const Record& record) noexcept;

  const std::vector<std::unique_ptr<AuditSink>> sinks_;
  const Service service_;
  std::mutex mutex_;
  std::uint64_t next_sequence_ = 1;  // guarded by mutex_
};

}  // namespace certgate

#endif  // CERTGATE_AUDIT_LOG_H_
