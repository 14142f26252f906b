#ifndef CERTGATE_SRC_AUDIT_OWN_RECORDS_H_
#define CERTGATE_SRC_AUDIT_OWN_RECORDS_H_

#include <absl/time/time.h>
#include <certgate/audit_record.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace certgate {

/// What a trail says of itself. The views are borrowed for the length of the encoding.
struct TrailRecord {
  enum class Action { kOpen = 0, kClose, kCheckpoint };

  absl::Time time;
  std::string_view id;
  Action action = Action::kOpen;
  /// Why it was opened or closed: `start`, `rotate`, `reopen`, `vanished`, `stop`.
  std::string_view reason;
  /// `AuditSink::Opening::place`.
  std::string_view place;
  /// Under `kClose` and `kCheckpoint`, how many records the place has been given since it was
  /// opened, this one included.
  std::uint64_t records = 0;

  // Under kOpen; see `AuditSink::Opening`.
  std::string_view durability;
  std::uint64_t process = 0;
  std::string_view continues;
  std::string_view torn;
  std::uint64_t torn_bytes = 0;
  std::string_view remark;
  /// The key that signs; empty for none. Then no more than so many records follow one another
  /// without a signature.
  std::string_view key_id;
  std::size_t checkpoint_records = 0;
};

/// Records that were counted, not written.
struct SuppressedRecord {
  enum class Cause {
    /// Identical denials of one caller.
    kFlood = 0,
    /// The queue of records was full (`OnFull::kDrop`).
    kQueueFull,
    /// Calls were refused because their records could not be written.
    kUnwritable,
  };

  absl::Time time;
  std::string_view id;
  Cause cause = Cause::kFlood;
  std::uint64_t count = 0;
  absl::Time since;
  absl::Time until;
  /// What was wrong, under `kUnwritable`.
  std::string_view error;

  // Under kFlood, what the denials have in common, empty where they differ. Of the certificate,
  // what identifies it. A peer with port 0 stands for several of one host.
  std::string_view decision_reason;
  std::string_view path;
  std::string_view peer_uri;
  std::string_view subject;
  std::string_view common_name;
  std::string_view certificate_sha256;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_OWN_RECORDS_H_
