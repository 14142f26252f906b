#include "src/counting/duration_histogram.h"

#include <absl/time/time.h>

#include <algorithm>
#include <iterator>

namespace certgate {
namespace {

using Bounds = std::array<std::int64_t, DurationFigures::kBounds.size()>;

Bounds BoundsInNanoseconds() {
  Bounds bounds{};
  std::transform(DurationFigures::kBounds.begin(), DurationFigures::kBounds.end(), bounds.begin(),
                 [](absl::Duration bound) { return absl::ToInt64Nanoseconds(bound); });
  return bounds;
}

// From the smallest on, as most are among these.
std::size_t BucketOf(std::int64_t nanoseconds) noexcept {
  static const Bounds bounds = BoundsInNanoseconds();
  const auto bound = std::find_if(bounds.begin(), bounds.end(),
                                  [nanoseconds](std::int64_t most) { return nanoseconds <= most; });
  return static_cast<std::size_t>(std::distance(bounds.begin(), bound));
}

}  // namespace

void DurationHistogram::Add(std::chrono::nanoseconds duration) noexcept {
  const std::int64_t nanoseconds = std::max<std::int64_t>(duration.count(), 0);
  Stripe& stripe = stripes_[NumberOfThisThread() % kStripes];
  stripe.counts[BucketOf(nanoseconds)].fetch_add(1, std::memory_order_relaxed);
  stripe.nanoseconds.fetch_add(static_cast<std::uint64_t>(nanoseconds), std::memory_order_relaxed);
}

DurationFigures DurationHistogram::Read() const noexcept {
  DurationFigures figures;
  std::uint64_t nanoseconds = 0;
  for (const Stripe& stripe : stripes_) {
    for (std::size_t i = 0; i < DurationFigures::kBuckets; ++i) {
      figures.counts[i] += stripe.counts[i].load(std::memory_order_relaxed);
    }
    nanoseconds += stripe.nanoseconds.load(std::memory_order_relaxed);
  }
  figures.sum = absl::Nanoseconds(nanoseconds);
  return figures;
}

}  // namespace certgate
