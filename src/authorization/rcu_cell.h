#ifndef CERTGATE_SRC_AUTHORIZATION_RCU_CELL_H_
#define CERTGATE_SRC_AUTHORIZATION_RCU_CELL_H_

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "src/counting/thread_number.h"

namespace certgate {

/// Holds one immutable value that is read all the time and replaced now and then: read-copy-update
/// (RCU), with counted readers as in the kernel's sleepable variant (SRCU). A reader neither takes
/// a lock nor touches memory that other threads write to, as it would with the count of a
/// std::shared_ptr: it counts itself in one of many pairs of counters. The writer waits until the
/// readers of what it replaced are gone. Thread-safe.
template <typename Value>
class RcuCell {
 public:
  /// What stood in the cell at its beginning, which stays for as long as this object lives. A
  /// thread that has one must not call `WaitForReaders`.
  class Reading {
   public:
    explicit Reading(const RcuCell& cell) noexcept
        : readers_(cell.CounterOfThisThread()), value_(cell.Enter(readers_)) {}
    ~Reading() { readers_.fetch_sub(1, std::memory_order_release); }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    const Value& operator*() const noexcept { return *value_; }
    const Value* operator->() const noexcept { return value_; }

   private:
    std::atomic<std::uint32_t>& readers_;
    const Value* const value_;
  };

  RcuCell() = default;
  ~RcuCell() { delete value_.load(std::memory_order_acquire); }
  RcuCell(const RcuCell&) = delete;
  RcuCell& operator=(const RcuCell&) = delete;

  /// Reads the value; there must be one.
  Reading Read() const noexcept { return Reading(*this); }

  /// Puts `next` in for all who read from now on. Returns what stood there, which others may still
  /// be reading: it is to be kept until `WaitForReaders` has returned.
  [[nodiscard]] std::unique_ptr<const Value> Exchange(std::unique_ptr<const Value> next) noexcept {
    return std::unique_ptr<const Value>(value_.exchange(next.release()));
  }

  /// Returns once nobody reads any more what was exchanged before.
  void WaitForReaders() noexcept {
    const std::lock_guard lock(waiting_mutex_);
    // A reader that came before the exchange is counted in one of the two sets, and stays counted
    // until it is done. New ones go to the set that is not waited for, so each wait comes to an
    // end.
    for (int set = 0; set < 2; ++set) {
      const std::uint32_t old_set = current_set_.load() & 1;
      current_set_.store(old_set ^ 1);
      for (const Counters& counters : counters_) WaitForZero(counters.readers[old_set]);
    }
  }

 private:
  // Threads share a pair when there are more of them; then they are slower, and all is as true.
  static constexpr std::size_t kCounters = 64;

  struct alignas(kCacheLine) Counters {
    std::array<std::atomic<std::uint32_t>, 2> readers{};
  };

  std::atomic<std::uint32_t>& CounterOfThisThread() const noexcept {
    return counters_[NumberOfThisThread() % kCounters].readers[current_set_.load() & 1];
  }

  // Both sequentially consistent, as are the exchange and the writer's look at the counter. Either
  // that look finds this reader counted, or this load comes after the exchange.
  const Value* Enter(std::atomic<std::uint32_t>& readers) const noexcept {
    readers.fetch_add(1);
    return value_.load();
  }

  static void WaitForZero(const std::atomic<std::uint32_t>& readers) noexcept {
    constexpr int kYields = 100;
    for (int i = 0; readers.load() != 0; ++i) {
      if (i < kYields) {
        std::this_thread::yield();
      } else {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }
  }

  mutable std::array<Counters, kCounters> counters_{};
  std::atomic<const Value*> value_{nullptr};
  std::atomic<std::uint32_t> current_set_{0};
  std::mutex waiting_mutex_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_RCU_CELL_H_
