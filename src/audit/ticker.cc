#include "src/audit/ticker.h"

#include <chrono>
#include <utility>

namespace certgate {

void Ticker::Start(std::function<void()> tick) {
  thread_ = std::thread([this, tick = std::move(tick)] { Run(tick); });
}

void Ticker::Run(const std::function<void()>& tick) {
  constexpr std::chrono::seconds kInterval(1);
  std::unique_lock lock(mutex_);
  while (!stops_) {
    wake_.wait_for(lock, kInterval, [this] { return stops_ || is_poked_; });
    if (stops_) return;
    is_poked_ = false;
    lock.unlock();
    tick();
    lock.lock();
  }
}

void Ticker::Poke() noexcept {
  {
    const std::lock_guard lock(mutex_);
    is_poked_ = true;
  }
  wake_.notify_one();
}

void Ticker::Stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

}  // namespace certgate
