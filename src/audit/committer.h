#ifndef CERTGATE_SRC_AUDIT_COMMITTER_H_
#define CERTGATE_SRC_AUDIT_COMMITTER_H_

#include <absl/status/status.h>
#include <certgate/audit_log.h>

#include <cstddef>
#include <optional>

#include "src/audit/record_encoder.h"

namespace certgate {

/// Takes records from many threads and puts them, in the order in which they came, into the places
/// of a `SinkGroup`. Thread-safe.
class Committer {
 public:
  virtual ~Committer() = default;

  /// Returns once it is known whether the record counts as written. Throws std::bad_alloc, and then
  /// it does not. May move from `record`, or leave its memory to be used again.
  virtual absl::Status Append(UnnumberedRecord&& record) = 0;
  /// The same without waiting for the disk; see `AuditLog::Append`.
  virtual std::optional<absl::Status> Append(UnnumberedRecord&& record,
                                             AuditLog::WhenKnown when_known) = 0;

  /// As the first, but neither waits for room in a queue nor drops the record: without room it is
  /// an Unavailable error.
  virtual absl::Status AppendIfThereIsRoom(UnnumberedRecord&& record) = 0;

  /// Does what is due without a record: closes a file that has become too old, signs, tries a place
  /// that has failed.
  virtual void Tick() noexcept = 0;

  virtual std::size_t queued() const = 0;

  /// Commits what is queued, within a few seconds, and closes the places. Records that come later
  /// are refused.
  virtual void Close() noexcept = 0;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_COMMITTER_H_
