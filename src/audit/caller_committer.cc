#include "src/audit/caller_committer.h"

#include <span>

namespace certgate {

namespace {

// Longer than a commit of a few records to a file takes, and shorter than to sleep and be waked.
constexpr int kSpins = 200;

void Relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

absl::Status CallerCommitter::Commit(const UnnumberedRecord* record) {
  std::unique_lock lock(mutex_);
  if (is_closed_) return absl::UnavailableError("the audit log is closed");
  return Commit(record, lock);
}

absl::Status CallerCommitter::Commit(const UnnumberedRecord* record,
                                     std::unique_lock<std::mutex>& lock) {
  Ticket own;
  own.record = record;
  (last_ == nullptr ? first_ : last_->next) = &own;
  last_ = &own;
  if (record != nullptr) ++queued_;
  if (is_led_) {
    lock.unlock();
    for (int i = 0; i < kSpins && !own.is_told.load(std::memory_order_relaxed); ++i) Relax();
    // Whoever tells holds the lock, and touches the ticket until it lets go of it.
    lock.lock();
    own.wake.wait(lock, [&own] { return own.is_done || own.leads; });
  } else {
    is_led_ = true;
    own.leads = true;
  }
  if (own.leads) Lead(lock);
  return own.status;
}

// The leader's own ticket is the first: it was in front when it was told to lead.
void CallerCommitter::Lead(std::unique_lock<std::mutex>& lock) {
  Ticket* const begin = first_;
  std::size_t records = 0;
  Ticket* last = begin;
  for (Ticket* ticket = begin; ticket != nullptr && records < kBatch; ticket = ticket->next) {
    if (ticket->record != nullptr) batch_[records++] = ticket->record;
    last = ticket;
  }

  lock.unlock();
  const absl::Status status = group_->Commit(std::span(batch_.data(), records));
  lock.lock();

  queued_ -= records;
  // Not known before: others came meanwhile.
  Ticket* const end = last->next;
  for (Ticket* ticket = begin; ticket != end;) {
    // Once it is done, its thread may go as soon as the lock is free.
    Ticket* const next = ticket->next;
    ticket->status = status;
    ticket->is_done = true;
    if (!ticket->leads) Tell(*ticket);
    ticket = next;
  }
  first_ = end;
  if (first_ == nullptr) {
    last_ = nullptr;
    is_led_ = false;
    return;
  }
  first_->leads = true;
  Tell(*first_);
}

void CallerCommitter::Tell(Ticket& ticket) {
  ticket.is_told.store(true, std::memory_order_relaxed);
  ticket.wake.notify_one();
}

std::size_t CallerCommitter::queued() const {
  const std::lock_guard lock(mutex_);
  return queued_;
}

void CallerCommitter::Tick() noexcept {
  try {
    static_cast<void>(Commit(nullptr));
  } catch (...) {
    // A lock that cannot be had; the next tick tries again.
  }
}

void CallerCommitter::Close() noexcept {
  try {
    std::unique_lock lock(mutex_);
    if (is_closed_) return;
    is_closed_ = true;
    // After those that came before, and nobody comes after.
    static_cast<void>(Commit(nullptr, lock));
  } catch (...) {
    // A lock that cannot be had; what is written is written.
  }
  group_->Close();
}

}  // namespace certgate
