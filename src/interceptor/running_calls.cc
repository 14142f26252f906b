#include "src/interceptor/running_calls.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace certgate {
namespace {

RunningCall* FirstOf(RunningCall* entry, const grpc_call* call, RunningCall* RunningCall::*next) {
  while (entry != nullptr && entry->call != call) entry = entry->*next;
  return entry;
}

}  // namespace

RunningCalls& RunningCalls::Instance() {
  // Never destroyed: a callback may end after the statics of the program have gone.
  static auto* const calls = new RunningCalls;
  return *calls;
}

RunningCalls::Bucket& RunningCalls::BucketOf(const grpc_call* call) noexcept {
  // Calls lie in arenas: the low bits of their addresses are alike. Fibonacci hashing spreads them.
  const auto address = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(call));
  return buckets_[(address * 0x9E3779B97F4A7C15u) >> 54];
}

void RunningCalls::Add(RunningCall& entry, const CallSupervisor* supervisor) noexcept {
  Bucket& bucket = BucketOf(entry.call);
  const std::lock_guard lock(bucket.mutex);
  entry.supervisor_ = supervisor;
  entry.next_ = bucket.first;
  bucket.first = &entry;
  entry.added_.store(true, std::memory_order_release);
}

void RunningCalls::Remove(RunningCall& entry) noexcept {
  // For the order alone: whatever it says, no entry may stay behind that is about to go.
  static_cast<void>(entry.added_.load(std::memory_order_acquire));
  Bucket& bucket = BucketOf(entry.call);
  CallObserver* observer = nullptr;
  {
    const std::lock_guard lock(bucket.mutex);
    RunningCall** link = &bucket.first;
    while (*link != nullptr && *link != &entry) link = &(*link)->next_;
    if (*link != nullptr) *link = entry.next_;
    observer = std::exchange(entry.observer_, nullptr);
  }
  // Without the lock: nobody else finds the entry any more.
  if (observer != nullptr) observer->OnEnd(entry.admitted_, entry.revoked_with_);
}

bool RunningCalls::Observe(const grpc_call* call, CallObserver& observer) noexcept {
  Bucket& bucket = BucketOf(call);
  const std::lock_guard lock(bucket.mutex);
  RunningCall* const entry = FirstOf(bucket.first, call, &RunningCall::next_);
  if (entry != nullptr) entry->observer_ = &observer;
  return entry != nullptr;
}

void RunningCalls::StopObserving(const grpc_call* call, const CallObserver& observer) noexcept {
  Bucket& bucket = BucketOf(call);
  CallObserver* observing = nullptr;
  Authorization admitted;
  std::optional<absl::StatusCode> revoked_with;
  {
    const std::lock_guard lock(bucket.mutex);
    RunningCall* const entry = FirstOf(bucket.first, call, &RunningCall::next_);
    if (entry == nullptr || entry->observer_ != &observer) return;
    observing = std::exchange(entry->observer_, nullptr);
    admitted = entry->admitted_;
    revoked_with = entry->revoked_with_;
  }
  observing->OnEnd(admitted, revoked_with);
}

RunningCall* RunningCalls::Find(const grpc_call* call) noexcept {
  Bucket& bucket = BucketOf(call);
  const std::lock_guard lock(bucket.mutex);
  return FirstOf(bucket.first, call, &RunningCall::next_);
}

std::shared_ptr<const PeerIdentity> RunningCalls::CallerOf(const grpc_call* call) noexcept {
  Bucket& bucket = BucketOf(call);
  const std::lock_guard lock(bucket.mutex);
  const RunningCall* entry = FirstOf(bucket.first, call, &RunningCall::next_);
  return entry == nullptr ? nullptr : entry->admitted_.caller();
}

std::optional<HeldCall> RunningCalls::HoldStale(std::size_t bucket_number,
                                                const CallSupervisor* supervisor,
                                                std::uint64_t generation, absl::Time now,
                                                absl::Time& next_due) noexcept {
  Bucket& bucket = buckets_[bucket_number];
  const std::lock_guard lock(bucket.mutex);
  for (RunningCall* entry = bucket.first; entry != nullptr; entry = entry->next_) {
    if (entry->supervisor_ != supervisor || entry->revoked_with_) continue;
    const Authorization& admitted = entry->admitted_;
    if (admitted.generation < generation || admitted.reconsider_at <= now) {
      // The owner removes the entry, under this lock, before it lets go of the call.
      return std::optional<HeldCall>(std::in_place, entry->call, entry->path, admitted);
    }
    next_due = std::min(next_due, admitted.reconsider_at);
  }
  return std::nullopt;
}

void RunningCalls::NoteAdmitted(const HeldCall& held) noexcept {
  Bucket& bucket = BucketOf(held.call());
  const std::lock_guard lock(bucket.mutex);
  RunningCall* const entry = FirstOf(bucket.first, held.call(), &RunningCall::next_);
  if (entry != nullptr) entry->admitted_ = held.admitted;
}

bool RunningCalls::NoteRevoked(const HeldCall& held, absl::StatusCode with) noexcept {
  Bucket& bucket = BucketOf(held.call());
  const std::lock_guard lock(bucket.mutex);
  RunningCall* const entry = FirstOf(bucket.first, held.call(), &RunningCall::next_);
  if (entry != nullptr) entry->revoked_with_ = with;
  return entry != nullptr;
}

std::size_t RunningCalls::CountOf(const CallSupervisor* supervisor) noexcept {
  std::size_t count = 0;
  for (Bucket& bucket : buckets_) {
    const std::lock_guard lock(bucket.mutex);
    for (const RunningCall* entry = bucket.first; entry != nullptr; entry = entry->next_) {
      if (entry->supervisor_ == supervisor) ++count;
    }
  }
  return count;
}

}  // namespace certgate
