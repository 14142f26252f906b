#include "src/audit/commit_thread.h"

#include <absl/time/clock.h>
#include <certgate/record_id.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace certgate {
namespace {

// The most records that are committed together.
constexpr std::size_t kBatch = 1024;
// How long a queue that cannot be committed waits before it tries again.
constexpr std::chrono::milliseconds kPause(250);

absl::Status IsFull() { return absl::UnavailableError("the queue of audit records is full"); }

absl::Status Closed() { return absl::UnavailableError("the audit log is closed"); }

}  // namespace

CommitThread::CommitThread(std::unique_ptr<SinkGroup> group, Options options)
    : group_(std::move(group)), options_(std::move(options)) {
  // The thread must not want memory where there may be none.
  batch_.reserve(kBatch);
  waiting_.reserve(kBatch);
  thread_ = std::thread([this] { Run(); });
}

absl::Status CommitThread::Append(UnnumberedRecord&& record) {
  return Append(std::move(record), false);
}

absl::Status CommitThread::AppendIfThereIsRoom(UnnumberedRecord&& record) {
  return Append(std::move(record), true);
}

absl::Status CommitThread::Append(UnnumberedRecord&& record, bool comes_again) {
  if (options_.counts_once_queued) return Queue({std::move(record)}, comes_again);
  const WaiterPool::Loan waiter(waiters_);
  absl::Status queued = Queue({std::move(record), nullptr, &*waiter}, comes_again);
  return queued.ok() ? waiter->Wait() : queued;
}

std::optional<absl::Status> CommitThread::Append(UnnumberedRecord&& record,
                                                 AuditLog::WhenKnown when_known) {
  if (options_.counts_once_queued) return Queue({std::move(record)});
  absl::Status queued = Queue({std::move(record), std::move(when_known)});
  if (!queued.ok()) return queued;
  return std::nullopt;
}

absl::Status CommitThread::Queue(Entry entry, bool comes_again) {
  {
    std::unique_lock lock(mutex_);
    // Not lost: it is brought again.
    if (comes_again && queue_.size() >= options_.capacity) return IsFull();
    if (options_.on_full == OnFull::kBlock) {
      has_room_.wait(lock, [this] { return queue_.size() < options_.capacity || is_closed_; });
    }
    if (is_closed_) return Closed();
    if (queue_.size() >= options_.capacity) {
      NoteUntold(1, entry.record.time);
      if (options_.on_full == OnFull::kRefuse) {
        ++refused_;
        return IsFull();
      }
      ++dropped_;
      return absl::OkStatus();
    }
    queue_.push_back(std::move(entry));
  }
  has_work_.notify_one();
  return absl::OkStatus();
}

void CommitThread::Offer(const UnnumberedRecord& record) noexcept {
  try {
    if (Queue({record}).ok()) return;
  } catch (...) {
    // No memory for a copy; counted like what finds no room.
  }
  const std::lock_guard lock(mutex_);
  ++dropped_;
  NoteUntold(1, record.time);
}

// Needs the lock.
void CommitThread::NoteUntold(std::uint64_t count, absl::Time since) {
  if (untold_ == 0) untold_since_ = since;
  untold_ += count;
}

void CommitThread::Run() noexcept {
  while (TakeBatch()) {
    bool is_done = false;
    while (!is_done && !IsTimeToGiveUp()) {
      is_done = CommitBatch();
      if (!is_done) WaitToTryAgain();
    }
    if (!is_done) GiveUp();
  }
  const std::lock_guard lock(mutex_);
  if (untold_ > 0) spdlog::error("{} audit records were lost, and no record tells it", untold_);
}

// False when there is nothing more to come.
bool CommitThread::TakeBatch() {
  {
    std::unique_lock lock(mutex_);
    has_work_.wait(lock, [this] { return !queue_.empty() || is_ticked_ || is_closed_; });
    if (queue_.empty() && !is_ticked_) return false;
    is_ticked_ = false;
    const std::size_t count = std::min(queue_.size(), kBatch);
    for (std::size_t i = 0; i < count; ++i) {
      batch_.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
  }
  has_room_.notify_all();
  return true;
}

void CommitThread::GiveUp() noexcept {
  if (options_.counts_once_queued) {
    const std::lock_guard lock(mutex_);
    dropped_ += batch_.size();
    if (!batch_.empty()) NoteUntold(batch_.size(), batch_.front().record.time);
  }
  TellBatch(Closed());
}

// Empties the batch if it is dealt with; false if it is to be tried again.
bool CommitThread::CommitBatch() noexcept {
  absl::Status status;
  try {
    status = CommitRecords();
  } catch (...) {
    status = absl::Status(absl::StatusCode::kUnavailable, "");
  }
  if (options_.counts_once_queued && !status.ok() && !batch_.empty()) return false;
  TellBatch(status);
  return true;
}

void CommitThread::TellBatch(const absl::Status& status) noexcept {
  waiting_.clear();
  for (const Entry& entry : batch_) {
    if (entry.when_known != nullptr) entry.when_known(status);
    if (entry.waiter != nullptr) waiting_.push_back(entry.waiter);
  }
  WaiterPool::Tell(waiting_, status);
  batch_.clear();
}

absl::Status CommitThread::CommitRecords() {
  const absl::Time now = absl::Now();
  std::uint64_t count = 0;
  std::optional<UnnumberedRecord> dropped;
  {
    const std::lock_guard lock(mutex_);
    count = untold_;
    if (count > 0) dropped = DroppedRecord(now, count);
  }
  records_.clear();
  for (const Entry& entry : batch_) records_.push_back(&entry.record);
  if (dropped.has_value()) records_.push_back(&*dropped);
  absl::Status status = group_->Commit(records_);
  if (status.ok() && count > 0) {
    const std::lock_guard lock(mutex_);
    untold_ -= count;
    untold_since_ = now;
  }
  return status;
}

std::optional<UnnumberedRecord> CommitThread::DroppedRecord(absl::Time now,
                                                            std::uint64_t count) const {
  const RecordId id = RecordId::Generate(now);
  SuppressedRecord record;
  record.time = now;
  record.id = id.text();
  record.cause = SuppressedRecord::Cause::kQueueFull;
  record.count = count;
  record.since = untold_since_;
  record.until = now;
  return EncodeUnnumbered(record, options_.service);
}

bool CommitThread::IsTimeToGiveUp() const {
  const std::lock_guard lock(mutex_);
  return absl::Now() >= give_up_at_;
}

void CommitThread::WaitToTryAgain() {
  std::unique_lock lock(mutex_);
  const bool is_closed = is_closed_;
  has_work_.wait_for(lock, kPause, [this, is_closed] { return is_closed_ != is_closed; });
}

void CommitThread::Tick() noexcept {
  {
    const std::lock_guard lock(mutex_);
    is_ticked_ = true;
  }
  has_work_.notify_one();
}

std::size_t CommitThread::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

std::uint64_t CommitThread::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

std::uint64_t CommitThread::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

void CommitThread::Close() noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (is_closed_) return;
    is_closed_ = true;
    // What was dropped and is not told yet is told by this.
    is_ticked_ = true;
    give_up_at_ = absl::Now() + options_.closing_time;
  }
  has_work_.notify_all();
  has_room_.notify_all();
  thread_.join();
  group_->Close();
}

}  // namespace certgate
