#ifndef CERTGATE_SRC_AUDIT_SINK_GROUP_H_
#define CERTGATE_SRC_AUDIT_SINK_GROUP_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <certgate/audit_log.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "src/audit/record_encoder.h"
#include "src/audit/sink_writer.h"
#include "src/counting/duration_histogram.h"

namespace certgate {

/// Places that take records together: a record is written once all of them have it. One thread at a
/// time may use it, but for `status` and `AskToReopen`.
class SinkGroup {
 public:
  using Records = std::span<const UnnumberedRecord* const>;

  /// What becomes of records that could not be written.
  enum class OnFailure {
    /// What they were of is refused: they are counted, and the count is recorded.
    kRefused = 0,
    /// They come again.
    kRetried,
  };

  struct Options {
    std::vector<std::unique_ptr<SinkWriter>> writers = {};
    RecordedService service = {};
    OnFailure on_failure = OnFailure::kRefused;
    /// Whether a record counts as written only once it is on the disk.
    bool syncs = false;
    /// Called when the places can no longer be written, and when they can again. May be null.
    std::function<void(const AuditStatus&)> on_change = nullptr;
    /// Called with records that were written. May be null; must not throw.
    std::function<void(Records)> on_written = nullptr;
  };
  explicit SinkGroup(Options options);

  /// Writes `records` to all places, or to none as far as they can take them back. On an error,
  /// which is Unavailable and names the place, none of them counts as written. Without records,
  /// writes what is due.
  absl::Status Commit(Records records) noexcept;

  void Close() noexcept;

  AuditStatus status() const;
  /// How long records took to be written, and synced where that is asked for; one for each commit.
  DurationFigures write_durations() const noexcept { return write_durations_.Read(); }
  void AskToReopen() noexcept;

 private:
  absl::Status CommitOrThrow(Records records);
  absl::Status WriteAll(Records records, absl::Time now);
  absl::Status SyncAll();
  void TakeBack(std::size_t writers) noexcept;
  void NoteWritten(std::size_t records) noexcept;
  void NoteFailed(const absl::Status& status, std::size_t records) noexcept;
  std::optional<UnnumberedRecord> OutageRecord(absl::Time now) const;

  Options options_;
  // Refused since the places failed; not recorded yet.
  std::uint64_t unrecorded_ = 0;
  std::vector<const UnnumberedRecord*> batch_;

  DurationHistogram write_durations_;
  mutable std::mutex mutex_;
  AuditStatus status_;  // guarded by mutex_
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_SINK_GROUP_H_
