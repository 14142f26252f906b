#ifndef CERTGATE_SRC_COUNTING_DURATION_HISTOGRAM_H_
#define CERTGATE_SRC_COUNTING_DURATION_HISTOGRAM_H_

#include <certgate/duration_figures.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "src/counting/thread_number.h"

namespace certgate {

/// Counts durations by their buckets; like `StripedCounter`, for many threads that add.
/// Thread-safe.
class DurationHistogram {
 public:
  using Clock = std::chrono::steady_clock;

  /// Counts one; what is negative is 0.
  void Add(std::chrono::nanoseconds duration) noexcept;

  /// All that was added before, and some of what is being added meanwhile.
  DurationFigures Read() const noexcept;

 private:
  static constexpr std::size_t kStripes = 8;
  struct alignas(kCacheLine) Stripe {
    std::array<std::atomic<std::uint64_t>, DurationFigures::kBuckets> counts{};
    std::atomic<std::uint64_t> nanoseconds{0};
  };
  std::array<Stripe, kStripes> stripes_;
};

/// Counts the time from its beginning to its end.
class DurationTimer {
 public:
  explicit DurationTimer(DurationHistogram& histogram) noexcept : histogram_(histogram) {}
  ~DurationTimer() { histogram_.Add(DurationHistogram::Clock::now() - begin_); }
  DurationTimer(const DurationTimer&) = delete;
  DurationTimer& operator=(const DurationTimer&) = delete;

 private:
  DurationHistogram& histogram_;
  const DurationHistogram::Clock::time_point begin_ = DurationHistogram::Clock::now();
};

}  // namespace certgate

#endif  // CERTGATE_SRC_COUNTING_DURATION_HISTOGRAM_H_
