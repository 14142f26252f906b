#ifndef CERTGATE_SRC_AUDIT_COMMIT_THREAD_H_
#define CERTGATE_SRC_AUDIT_COMMIT_THREAD_H_

#include <absl/time/time.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "src/audit/committer.h"
#include "src/audit/sink_group.h"
#include "src/audit/waiter_pool.h"

namespace certgate {

/// Commits in a thread of its own, all that has come since the last time together: records that
/// come while the disk is busy share the next sync.
class CommitThread final : public Committer {
 public:
  struct Options {
    /// When a record counts as written: once it is in the queue, or once it is committed. In a
    /// queue, it stays there until it could be committed.
    bool counts_once_queued = false;
    /// For `counts_once_queued`; else a full queue makes its callers wait.
    OnFull on_full = OnFull::kBlock;
    /// 1 or more.
    std::size_t capacity = 1;
    RecordedService service = {};
    /// How long closing tries to commit what is queued.
    absl::Duration closing_time = absl::Seconds(5);
  };
  /// Throws std::system_error if there is no thread to be had.
  CommitThread(std::unique_ptr<SinkGroup> group, Options options);
  ~CommitThread() override { Close(); }

  absl::Status Append(UnnumberedRecord&& record) override;
  std::optional<absl::Status> Append(UnnumberedRecord&& record,
                                     AuditLog::WhenKnown when_known) override;
  absl::Status AppendIfThereIsRoom(UnnumberedRecord&& record) override;
  void Tick() noexcept override;
  std::size_t queued() const override;
  void Close() noexcept override;

  /// Queues `record` if there is room, and else, or without memory for it, counts it as dropped:
  /// what is no matter of the one who brings it. For `counts_once_queued` with `OnFull::kDrop`.
  void Offer(const UnnumberedRecord& record) noexcept;

  /// Dropped because the queue was full, or lost because they could not be written before the end.
  std::uint64_t dropped() const;
  /// Refused because the queue was full.
  std::uint64_t refused() const;

 private:
  struct Entry {
    UnnumberedRecord record;
    // Who wants to know what becomes of it: one of the two, or nobody.
    AuditLog::WhenKnown when_known = nullptr;
    WaiterPool::Waiter* waiter = nullptr;
  };

  absl::Status Append(UnnumberedRecord&& record, bool comes_again);
  absl::Status Queue(Entry entry, bool comes_again = false);
  void NoteUntold(std::uint64_t count, absl::Time since);
  bool IsTimeToGiveUp() const;
  void Run() noexcept;
  bool TakeBatch();
  bool CommitBatch() noexcept;
  void GiveUp() noexcept;
  void TellBatch(const absl::Status& status) noexcept;
  absl::Status CommitRecords();
  std::optional<UnnumberedRecord> DroppedRecord(absl::Time now, std::uint64_t count) const;
  void WaitToTryAgain();

  const std::unique_ptr<SinkGroup> group_;
  const Options options_;
  WaiterPool waiters_;

  mutable std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable has_room_;
  // All guarded by mutex_.
  std::deque<Entry> queue_;
  bool is_ticked_ = false;
  bool is_closed_ = false;
  absl::Time give_up_at_ = absl::InfiniteFuture();
  std::uint64_t dropped_ = 0;
  std::uint64_t refused_ = 0;
  // Of both, those that no record tells of yet, and since when.
  std::uint64_t untold_ = 0;
  absl::Time untold_since_;

  // Of the thread alone.
  std::vector<Entry> batch_;
  std::vector<const UnnumberedRecord*> records_;
  std::vector<WaiterPool::Waiter*> waiting_;
  std::thread thread_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_COMMIT_THREAD_H_
