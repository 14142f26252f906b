#ifndef CERTGATE_AUDIT_LOG_H_
#define CERTGATE_AUDIT_LOG_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <certgate/audit_record.h>
#include <certgate/audit_sink.h>
#include <certgate/duration_figures.h>
#include <certgate/record_id.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace certgate {

/// Some of the kinds of record. What a trail says of itself (`RecordKind::kTrail`) is always among
/// them; and where denials are, so is what counts them.
class AuditFilter {
 public:
  /// All kinds.
  constexpr AuditFilter() = default;
  constexpr AuditFilter(std::initializer_list<RecordKind> kinds) : kinds_(Bit(RecordKind::kTrail)) {
    for (const RecordKind kind : kinds) kinds_ |= Bit(kind);
    if (Wants(RecordKind::kDenied)) kinds_ |= Bit(RecordKind::kSuppressed);
  }

  /// These kinds and `kind`.
  constexpr AuditFilter With(RecordKind kind) const {
    AuditFilter more = *this;
    more.kinds_ |= Bit(kind);
    if (kind == RecordKind::kDenied) more.kinds_ |= Bit(RecordKind::kSuppressed);
    return more;
  }

  constexpr bool Wants(RecordKind kind) const { return (kinds_ & Bit(kind)) != 0; }
  friend constexpr bool operator==(const AuditFilter&, const AuditFilter&) = default;

 private:
  static constexpr unsigned Bit(RecordKind kind) { return 1u << static_cast<unsigned>(kind); }
  unsigned kinds_ = ~0u;
};

/// One place of a log.
struct AuditPlace {
  std::unique_ptr<AuditSink> sink;
  AuditFilter filter = {};
  /// Whether a record counts as written only once this place has it. One that is not required is
  /// served by a thread of its own through a queue: what it cannot take is counted, and recorded
  /// (`audit-suppressed`) when it can again.
  bool is_required = true;
};

/// When a record counts as written.
enum class Durability {
  /// Once the kernel has it: it survives a kill of the process, not a power cut.
  kWrite = 0,
  /// Once it is on the disk. Records that come together share one sync.
  kFsync,
  /// Once it is in a queue: a kill of the process loses what is in there.
  kAsync,
};

/// What becomes of a record under `Durability::kAsync` when the queue is full.
enum class OnFull {
  /// The call waits.
  kBlock = 0,
  /// The call is refused, and the count of those recorded later (`audit-suppressed`).
  kRefuse,
  /// The record is counted, not written, and the count recorded later (`audit-suppressed`).
  kDrop,
};

/// How many denials of one caller get a record of their own. Those beyond are counted, and each
/// second one record tells the count of those that are alike (`audit-suppressed`). No other record
/// is ever left out.
struct DenialLimits {
  /// Of one caller, reason and method: so many at once, and so many a second in the long run. A
  /// burst of 0 sets no limit.
  std::uint32_t burst = 20;
  double per_second = 10;
  /// Of one caller, whatever it asks for.
  std::uint32_t caller_burst = 100;
  double caller_per_second = 50;
};

/// How a log is doing.
struct AuditStatus {
  /// Whether the required places took the last records.
  bool is_writable = true;
  /// What is wrong if they did not, and since when.
  std::string error;
  absl::Time failing_since = absl::InfinitePast();

  // Since the log was made.
  std::uint64_t records = 0;
  /// Records that could not be written, and what they were of was refused.
  std::uint64_t failed = 0;
  /// Records that were dropped because a queue was full, or because the log was closed before they
  /// could be written.
  std::uint64_t dropped = 0;
  /// Denials that were counted, not written.
  std::uint64_t suppressed = 0;
  /// Records that wait now.
  std::size_t queued = 0;
};

/// What `AuditLog::Create` makes a log of. Only `places` has to be given.
struct AuditOptions {
  /// What stands in every record as `service.name` and `service.version`.
  struct Service {
    std::string name;
    std::string version;
  };

  /// At least one required place must take the records of all decisions, or nothing would be known
  /// of a call that was let in.
  std::vector<AuditPlace> places;
  Service service;
  Durability durability = Durability::kWrite;
  OnFull on_full = OnFull::kBlock;
  /// The most records in the queue, also in that of each place that is not required; 1 to
  /// 1,048,576.
  std::size_t queue_capacity = 65'536;
  /// A file with an Ed25519 private key, PEM, to sign checkpoints with; empty for none.
  std::string signing_key;
  /// The counts are kept beside the first required file, in `NAME.counts`, where a kill of the
  /// process does not reach them; the next log on that file records what was left.
  DenialLimits denials;
  /// Called when the log can no longer be written, and when it can again, by a thread of the log,
  /// before it is closed. May be null.
  std::function<void(const AuditStatus&)> on_change;
};

/// The trail of records: encodes each as one JSON line and hands it to every place, where it is
/// numbered and chained to the one before. Thread-safe.
class AuditLog {
 public:
  using Service = AuditOptions::Service;

  /// Opens the log, and writes the record that says so to each required place. Errors:
  /// InvalidArgument for options that cannot be, a signing key that cannot be used; Unavailable if
  /// a required place cannot be written.
  static absl::StatusOr<std::unique_ptr<AuditLog>> Create(AuditOptions options);

  /// The usual log: one that appends to the file `path`. Errors: those of `OpenAuditFile` and
  /// `Create`.
  static absl::StatusOr<std::unique_ptr<AuditLog>> OpenFile(const std::string& path,
                                                            Service service);

  /// As `Close`.
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  /// Encodes what the records of further calls of the same caller to the same method, decided in
  /// the same way, have in common with `record`, for `DecisionRecord::prepared` of theirs. Null
  /// where each of them has to be encoded anew. Throws std::bad_alloc.
  std::shared_ptr<const PreparedRecord> Prepare(const DecisionRecord& record) const;

  /// Writes one record to all required places before it returns, as durable as the options say. An
  /// error of any of them, or an exception on the way, is an Unavailable error, and the caller must
  /// refuse what it was about to let happen. A denial that is counted instead is a success;
  /// `counted_in`, if given, is then the identifier of the record that will tell of it, in place of
  /// `record.id`, which nobody will find.
  absl::Status Append(const DecisionRecord& record, RecordId* counted_in = nullptr) noexcept;
  /// The same for what is no call, and has happened already: there is nothing to be refused. A load
  /// that cannot be recorded counts all the same, since it may take rights away; as long as nothing
  /// can be recorded no call is admitted.
  absl::Status Append(const PolicyLoadRecord& record) noexcept;
  absl::Status Append(const HandshakeRecord& record) noexcept;

  /// Does not wait for the disk: returns what `Append` would, if that is known at once, and then
  /// does not call `when_known`; else nothing, and calls it later, once, from another thread.
  /// `when_known` must not block nor throw.
  using WhenKnown = std::function<void(const absl::Status&)>;
  std::optional<absl::Status> Append(const DecisionRecord& record, WhenKnown when_known,
                                     RecordId* counted_in = nullptr) noexcept;

  /// Whether `Append` may have to wait for the disk.
  bool may_wait() const;

  /// For SIGHUP: files that were renamed or removed (logrotate) are closed, and opened again under
  /// their names, before the next record.
  void Reopen() noexcept;

  AuditStatus status() const;
  /// How long the required places took to make records as durable as the options say, whether they
  /// could or not. Records that came together were written together, and count once.
  DurationFigures write_durations() const;

  /// Writes what still waits, for at most five seconds, and the record that closes the trail. After
  /// this every `Append` fails.
  void Close() noexcept;

 private:
  struct Parts;
  explicit AuditLog(std::unique_ptr<Parts> parts);

  static absl::StatusOr<std::unique_ptr<AuditLog>> CreateOrThrow(AuditOptions options);

  template <typename Record>
  absl::Status AppendAny(const Record& record) noexcept;
  bool IsCounted(const DecisionRecord& record, RecordId* counted_in) noexcept;

  const std::unique_ptr<Parts> parts_;
};

}  // namespace certgate

#endif  // CERTGATE_AUDIT_LOG_H_
