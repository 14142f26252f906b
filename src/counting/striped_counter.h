#ifndef CERTGATE_SRC_COUNTING_STRIPED_COUNTER_H_
#define CERTGATE_SRC_COUNTING_STRIPED_COUNTER_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "src/counting/thread_number.h"

namespace certgate {

/// A count to which many threads add and which few read: each thread adds in one of several places,
/// so that they seldom meet. Thread-safe.
class StripedCounter {
 public:
  void Add(std::uint64_t count = 1) noexcept {
    stripes_[NumberOfThisThread() % kStripes].count.fetch_add(count, std::memory_order_relaxed);
  }

  /// All that was added before, and some of what is being added meanwhile.
  std::uint64_t Sum() const noexcept {
    std::uint64_t sum = 0;
    for (const Stripe& stripe : stripes_) sum += stripe.count.load(std::memory_order_relaxed);
    return sum;
  }

 private:
  static constexpr std::size_t kStripes = 8;
  struct alignas(kCacheLine) Stripe {
    std::atomic<std::uint64_t> count{0};
  };
  std::array<Stripe, kStripes> stripes_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_COUNTING_STRIPED_COUNTER_H_
