#include "src/audit/waiter_pool.h"

namespace certgate {

absl::Status WaiterPool::Waiter::Wait() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return known_.has_value(); });
  absl::Status status = *std::exchange(known_, std::nullopt);
  const std::array<Waiter*, 2> wakes = std::exchange(wakes_, {});
  lock.unlock();
  for (Waiter* const waiter : wakes) {
    if (waiter != nullptr) waiter->wake_.notify_one();
  }
  return status;
}

void WaiterPool::Tell(std::span<Waiter* const> waiters, const absl::Status& status) {
  const auto at = [&](std::size_t i) { return i < waiters.size() ? waiters[i] : nullptr; };
  // The last come first: one that happens to be awake must not wake those who are not told yet.
  for (std::size_t i = waiters.size(); i-- > 0;) {
    const std::lock_guard lock(waiters[i]->mutex_);
    waiters[i]->known_ = status;
    waiters[i]->wakes_ = {at(2 * i + 1), at(2 * i + 2)};
  }
  if (!waiters.empty()) waiters.front()->wake_.notify_one();
}

std::unique_ptr<WaiterPool::Waiter> WaiterPool::Take() {
  {
    const std::lock_guard lock(mutex_);
    if (first_ != nullptr) {
      std::unique_ptr<Waiter> taken = std::move(first_);
      first_ = std::move(taken->next_);
      return taken;
    }
  }
  return std::make_unique<Waiter>();
}

void WaiterPool::PutBack(std::unique_ptr<Waiter> waiter) {
  const std::lock_guard lock(mutex_);
  waiter->next_ = std::move(first_);
  first_ = std::move(waiter);
}

WaiterPool::~WaiterPool() {
  // One after the other: there may be more than the stack has room for.
  while (first_ != nullptr) first_ = std::move(first_->next_);
}

}  // namespace certgate
