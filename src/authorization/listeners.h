#ifndef CERTGATE_SRC_AUTHORIZATION_LISTENERS_H_
#define CERTGATE_SRC_AUTHORIZATION_LISTENERS_H_

#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace certgate {

/// Functions to be called at each change. They must not add or remove listeners. Thread-safe.
class Listeners {
 public:
  /// Returns a number for `Remove`. Throws std::bad_alloc.
  std::uint64_t Add(std::function<void()> listener) {
    const std::lock_guard lock(mutex_);
    listeners_.emplace_back(added_ + 1, std::move(listener));
    return ++added_;
  }

  /// When this returns, the listener is not running and will not be called.
  void Remove(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    std::erase_if(listeners_, [number](const auto& one) { return one.first == number; });
  }

  void Notify() const {
    const std::lock_guard lock(mutex_);
    for (const auto& [number, listener] : listeners_) listener();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::uint64_t, std::function<void()>>> listeners_;  // guarded by mutex_
  std::uint64_t added_ = 0;                                                 // guarded by mutex_
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_LISTENERS_H_
