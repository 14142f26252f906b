#include "src/counting/duration_histogram.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <thread>
#include <vector>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

std::uint64_t Total(const DurationFigures& figures) {
  return std::accumulate(figures.counts.begin(), figures.counts.end(), std::uint64_t{0});
}

std::chrono::nanoseconds Nanoseconds(absl::Duration duration) {
  return absl::ToChronoNanoseconds(duration);
}

}  // namespace

TEST_CASE("the bounds of a histogram rise") {
  CHECK(std::is_sorted(DurationFigures::kBounds.begin(), DurationFigures::kBounds.end(),
                       std::less_equal<>{}));
}

TEST_CASE("a bound belongs to the bucket that it ends") {
  for (std::size_t i = 0; i < DurationFigures::kBounds.size(); ++i) {
    DurationHistogram histogram;
    histogram.Add(Nanoseconds(DurationFigures::kBounds[i]));
    histogram.Add(Nanoseconds(DurationFigures::kBounds[i]) + std::chrono::nanoseconds(1));
    const DurationFigures figures = histogram.Read();
    CAPTURE(i);
    CHECK(figures.counts[i] == 1);
    CHECK(figures.counts[i + 1] == 1);
    CHECK(Total(figures) == 2);
    CHECK(figures.sum == 2 * DurationFigures::kBounds[i] + absl::Nanoseconds(1));
  }
}

TEST_CASE("a time that went backwards counts as none") {
  DurationHistogram histogram;
  histogram.Add(std::chrono::nanoseconds(-5));
  const DurationFigures figures = histogram.Read();
  CHECK(figures.counts[0] == 1);
  CHECK(figures.sum == absl::ZeroDuration());
}

TEST_CASE("a histogram loses nothing that many threads add") {
  DurationHistogram histogram;
  std::vector<std::thread> threads;
  for (int i = 0; i < 20; ++i) {
    threads.emplace_back([&histogram] {
      for (int k = 1; k <= 1'000; ++k) histogram.Add(std::chrono::microseconds(k));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const DurationFigures figures = histogram.Read();
  CHECK(Total(figures) == 20'000);
  CHECK(figures.sum == 20 * absl::Microseconds(500'500));
}

TEST_CASE("a timer counts once, what lies between its beginning and its end") {
  DurationHistogram histogram;
  const auto begin = DurationHistogram::Clock::now();
  {
    const DurationTimer timer(histogram);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  const auto whole = DurationHistogram::Clock::now() - begin;
  const DurationFigures figures = histogram.Read();
  CHECK(Total(figures) == 1);
  CHECK(figures.sum >= absl::Milliseconds(2));
  CHECK(figures.sum <= absl::FromChrono(whole));
}

}  // namespace certgate
