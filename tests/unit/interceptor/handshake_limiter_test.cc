#include "src/interceptor/handshake_limiter.h"

#include <absl/time/time.h>

#include <numeric>
#include <string>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);

std::uint64_t Sum(const std::vector<HandshakeReport>& reports) {
  return std::accumulate(
      reports.begin(), reports.end(), std::uint64_t{0},
      [](std::uint64_t sum, const HandshakeReport& report) { return sum + report.count; });
}

std::vector<HandshakeReport> Finished(HandshakeLimiter& limiter, absl::Time now) {
  std::vector<HandshakeReport> reports;
  limiter.TakeFinished(now, reports);
  return reports;
}

std::vector<HandshakeReport> All(HandshakeLimiter& limiter, absl::Time now) {
  std::vector<HandshakeReport> reports;
  limiter.TakeAll(now, reports);
  return reports;
}

}  // namespace

TEST_CASE("ten failures of a cause are recorded and the next are counted until the window ends") {
  HandshakeLimiter limiter;
  for (int i = 0; i < 10; ++i) {
    const auto report = limiter.Take(kStart, {"no certificate", "ipv4:127.0.0.1:1"}, true);
    REQUIRE(report.has_value());
    CHECK(report->count == 1);
    CHECK(report->time == kStart);
    CHECK(report->since == kStart);
    CHECK(report->failure.peer == "ipv4:127.0.0.1:1");
  }
  for (int i = 0; i < 25; ++i) {
    const absl::Time now = kStart + absl::Seconds(1) + absl::Milliseconds(i);
    CHECK_FALSE(limiter.Take(now, {"no certificate", "ipv4:127.0.0.1:2"}, true).has_value());
  }
  // Another cause has a window of its own.
  CHECK(limiter.Take(kStart + absl::Seconds(2), {"no cipher", ""}, true).has_value());

  CHECK(limiter.NextEnd() == kStart + absl::Seconds(10));
  CHECK(Finished(limiter, kStart + absl::Milliseconds(9'999)).empty());
  const auto reports = Finished(limiter, kStart + absl::Seconds(10));
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].count == 25);
  CHECK(reports[0].failure.cause == "no certificate");
  CHECK(reports[0].failure.peer.empty());
  CHECK(reports[0].since == kStart + absl::Seconds(1));
  CHECK(reports[0].time == kStart + absl::Seconds(10));

  CHECK(limiter.Take(kStart + absl::Seconds(10), {"no certificate", ""}, true).has_value());
}

TEST_CASE("a window in which nothing was only counted ends without a word") {
  HandshakeLimiter limiter;
  CHECK(limiter.NextEnd() == absl::InfiniteFuture());
  REQUIRE(limiter.Take(kStart, {"no certificate", ""}, true).has_value());
  CHECK(Finished(limiter, kStart + absl::Seconds(11)).empty());
  CHECK(limiter.NextEnd() == absl::InfiniteFuture());
}

TEST_CASE("what there is no room for is counted and told in the end") {
  HandshakeLimiter limiter;
  CHECK_FALSE(limiter.Take(kStart, {"no certificate", ""}, false).has_value());
  CHECK_FALSE(limiter.Take(kStart, {"no cipher", ""}, false).has_value());
  CHECK_FALSE(limiter.Take(kStart, {"no cipher", ""}, false).has_value());
  const auto reports = All(limiter, kStart + absl::Seconds(1));
  CHECK(reports.size() == 2);
  CHECK(Sum(reports) == 3);
  CHECK(All(limiter, kStart + absl::Seconds(1)).empty());
}

TEST_CASE("a clock that is set back ends the windows") {
  HandshakeLimiter limiter;
  for (int i = 0; i < 12; ++i) limiter.Take(kStart, {"no certificate", ""}, true);
  const auto reports = Finished(limiter, kStart - absl::Hours(1));
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].count == 2);
}

TEST_CASE("records and counts add up to the failures whatever the causes") {
  HandshakeLimiter limiter;
  std::vector<HandshakeReport> reports;
  constexpr int kFailures = 5'000;
  for (int i = 0; i < kFailures; ++i) {
    const absl::Time now = kStart + absl::Milliseconds(7 * i);
    limiter.TakeFinished(now, reports);
    // More causes than are told apart, some of them often.
    const std::string cause = "cause " + std::to_string(i % 3 == 0 ? i : i % 5);
    if (auto report = limiter.Take(now, {cause, ""}, i % 7 != 0)) {
      reports.push_back(*std::move(report));
    }
  }
  limiter.TakeAll(kStart + absl::Hours(1), reports);
  CHECK(Sum(reports) == kFailures);
  // 36 seconds are 4 windows.
  CHECK(reports.size() <=
        5 * (HandshakeLimiter::kMostSingle + 1) * (HandshakeLimiter::kMostCauses + 1));
}

}  // namespace certgate
