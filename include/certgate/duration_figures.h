#ifndef CERTGATE_DURATION_FIGURES_H_
#define CERTGATE_DURATION_FIGURES_H_

#include <absl/time/time.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace certgate {

/// How long something took, each time: a histogram. A plain value.
struct DurationFigures {
  /// The upper bounds of the buckets, each belonging to its own: from what a remembered decision
  /// takes to what a stuck disk takes.
  static constexpr std::array kBounds = {
      absl::Nanoseconds(250),   absl::Nanoseconds(500),  absl::Microseconds(1),
      absl::Nanoseconds(2500),  absl::Microseconds(5),   absl::Microseconds(10),
      absl::Microseconds(25),   absl::Microseconds(50),  absl::Microseconds(100),
      absl::Microseconds(250),  absl::Microseconds(500), absl::Milliseconds(1),
      absl::Microseconds(2500), absl::Milliseconds(5),   absl::Milliseconds(10),
      absl::Milliseconds(25),   absl::Milliseconds(50),  absl::Milliseconds(100),
      absl::Milliseconds(250),  absl::Milliseconds(500), absl::Seconds(1),
      absl::Seconds(10)};
  static constexpr std::size_t kBuckets = kBounds.size() + 1;

  /// How many fell into each bucket; the last one has no bound. Not cumulative.
  std::array<std::uint64_t, kBuckets> counts{};
  absl::Duration sum;
};

}  // namespace certgate

#endif  // CERTGATE_DURATION_FIGURES_H_
