#include "src/trail/timeline.h"

#include <cstdint>
#include <string>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

ParsedRecord Call(std::string_view time, bool is_allowed = true) {
  ParsedRecord record;
  record.action = "authorize";
  record.outcome = is_allowed ? "success" : "failure";
  record.reason = is_allowed ? "allowed" : "no_matching_rule";
  record.time = time;
  return record;
}

std::string Text(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%S", time, absl::UTCTimeZone());
}

void AddAt(CallTimeline& timeline, std::int64_t second) {
  const std::string time = Text(absl::FromUnixSeconds(second)) + ".000000Z";
  timeline.Add(Call(time));
}

TEST_CASE("calls are counted in the stretch of their time with the empty ones between") {
  CallTimeline timeline;
  timeline.Add(Call("2026-11-26T06:00:59.999999Z"));
  timeline.Add(Call("2026-11-26T06:00:00.000000Z", false));
  timeline.Add(Call("2026-11-26T06:03:00.000000Z"));
  const auto stretches = timeline.Stretches(10);
  REQUIRE(stretches.size() == 4);
  CHECK(timeline.LengthFor(10) == absl::Minutes(1));
  CHECK(Text(stretches[0].start) == "2026-11-26T06:00:00");
  CHECK(stretches[0].counts.allowed == 1);
  CHECK(stretches[0].counts.denied == 1);
  CHECK(stretches[1].counts.calls() == 0);
  CHECK(stretches[3].counts.calls() == 1);
}

TEST_CASE("counted denials are in it and what is no call is not") {
  CallTimeline timeline;
  ParsedRecord flood = Call("2026-11-26T06:00:00.000000Z", false);
  flood.action = "audit-suppressed";
  flood.reason = "flood";
  flood.suppressed = 7;
  timeline.Add(flood);
  flood.reason = "unwritable";
  timeline.Add(flood);
  ParsedRecord load = Call("2026-11-26T07:00:00.000000Z");
  load.action = "policy-load";
  timeline.Add(load);
  timeline.Add(Call("no time"));
  const auto stretches = timeline.Stretches(10);
  REQUIRE(stretches.size() == 1);
  CHECK(stretches[0].counts.denied == 7);
}

TEST_CASE("stretches are as long as they must be and lose no call") {
  CallTimeline timeline;
  constexpr std::int64_t kStart = 1'795'651'200;  // 2026-11-26
  constexpr std::int64_t kDays = 30;
  for (std::int64_t hour = 0; hour < 24 * kDays; ++hour) AddAt(timeline, kStart + 3600 * hour);
  const auto [most, length] = GENERATE(table<std::size_t, absl::Duration>({{1000, absl::Hours(1)},
                                                                           {240, absl::Hours(3)},
                                                                           {100, absl::Hours(12)},
                                                                           {31, absl::Hours(24)}}));
  CHECK(timeline.LengthFor(most) == length);
  const auto stretches = timeline.Stretches(most);
  CHECK(stretches.size() <= most);
  std::uint64_t calls = 0;
  for (const auto& stretch : stretches) calls += stretch.counts.calls();
  CHECK(calls == 24 * kDays);
}

TEST_CASE("however many times there are the memory is bounded and no call lost") {
  CallTimeline timeline;
  CallTimeline other;
  for (std::int64_t i = 0; i < 50'000; ++i) AddAt(i % 2 == 0 ? timeline : other, i * 3607);
  timeline.Add(other);
  const auto stretches = timeline.Stretches(CallTimeline::kMostStretches);
  CHECK(stretches.size() <= CallTimeline::kMostStretches);
  std::uint64_t calls = 0;
  for (const auto& stretch : stretches) calls += stretch.counts.calls();
  CHECK(calls == 50'000);
}

TEST_CASE("weeks begin on Mondays") {
  CallTimeline timeline;
  AddAt(timeline, 1'795'651'200);                // Thursday, 2026-11-26
  AddAt(timeline, 1'795'651'200 + 86'400 * 60);  // and two months later
  const auto stretches = timeline.Stretches(12);
  CHECK(timeline.LengthFor(12) == absl::Hours(7 * 24));
  REQUIRE_FALSE(stretches.empty());
  CHECK(Text(stretches[0].start) == "2026-11-23T00:00:00");
}

TEST_CASE("without a call there is no stretch") { CHECK(CallTimeline().Stretches(10).empty()); }

}  // namespace
}  // namespace certgate
