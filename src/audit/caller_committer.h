#ifndef CERTGATE_SRC_AUDIT_CALLER_COMMITTER_H_
#define CERTGATE_SRC_AUDIT_CALLER_COMMITTER_H_

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "src/audit/committer.h"
#include "src/audit/sink_group.h"

namespace certgate {

/// Commits in the threads that bring the records, which costs no change of threads. One of them at
/// a time writes for all that wait, `kBatch` at the most; then the first of those that came
/// meanwhile does. So the order is that of arrival, and nobody writes for others more than once.
class CallerCommitter final : public Committer {
 public:
  explicit CallerCommitter(std::unique_ptr<SinkGroup> group) : group_(std::move(group)) {}

  absl::Status Append(UnnumberedRecord&& record) override { return Commit(&record); }
  std::optional<absl::Status> Append(UnnumberedRecord&& record, AuditLog::WhenKnown) override {
    return Commit(&record);
  }
  absl::Status AppendIfThereIsRoom(UnnumberedRecord&& record) override { return Commit(&record); }
  void Tick() noexcept override;
  std::size_t queued() const override;
  void Close() noexcept override;

 private:
  /// A thread that waits, with its record; null for what is due without one.
  struct Ticket {
    const UnnumberedRecord* record = nullptr;
    Ticket* next = nullptr;
    bool leads = false;
    bool is_done = false;
    absl::Status status = {};
    std::condition_variable wake = {};
    // For a look without the lock.
    std::atomic<bool> is_told = false;
  };

  absl::Status Commit(const UnnumberedRecord* record);
  absl::Status Commit(const UnnumberedRecord* record, std::unique_lock<std::mutex>& lock);
  void Lead(std::unique_lock<std::mutex>& lock);
  static void Tell(Ticket& ticket);

  // The most records in one batch.
  static constexpr std::size_t kBatch = 64;

  const std::unique_ptr<SinkGroup> group_;
  mutable std::mutex mutex_;
  // All guarded by mutex_.
  std::size_t queued_ = 0;
  Ticket* first_ = nullptr;
  Ticket* last_ = nullptr;
  bool is_led_ = false;
  bool is_closed_ = false;
  // Of the leader alone.
  std::array<const UnnumberedRecord*, kBatch> batch_{};
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_CALLER_COMMITTER_H_
