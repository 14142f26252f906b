#include "src/trail/timeline.h"

#include <algorithm>
#include <array>
#include <string>

#include "src/trail/usage.h"

namespace certgate {
namespace {

// Seconds; each divides the next, so that shorter stretches can be put together to longer ones.
constexpr std::array<std::int64_t, 11> kLengths = {
    60, 300, 900, 3600, 10'800, 21'600, 43'200, 86'400, 604'800, 4 * 604'800, 52 * 604'800};
// The zero of Unix time is a Thursday; weeks begin on Mondays.
constexpr std::int64_t kMonday = 4 * 86'400;

std::int64_t StartOf(std::int64_t second, std::size_t length) {
  const std::int64_t origin = kLengths[length] >= 604'800 ? kMonday : 0;
  const std::int64_t from_origin = second - origin;
  std::int64_t rest = from_origin % kLengths[length];
  if (rest < 0) rest += kLengths[length];
  return second - rest;
}

}  // namespace

void CallTimeline::Counts::Add(const Counts& other) {
  allowed += other.allowed;
  observed += other.observed;
  denied += other.denied;
}

void CallTimeline::Add(const ParsedRecord& record) {
  const CallUsage one = UsageOf(record);
  if (one.calls() == 0) return;
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, std::string(record.time), &time, &error)) return;
  AddAt(absl::ToUnixSeconds(time), {one.allowed, one.observed, one.denied});
}

void CallTimeline::Add(const CallTimeline& other) {
  for (const auto& [second, counts] : other.groups_) AddAt(second, counts);
}

void CallTimeline::AddAt(std::int64_t second, const Counts& counts) {
  groups_[StartOf(second, length_)].Add(counts);
  while (groups_.size() > kMostStretches && length_ + 1 < kLengths.size()) {
    ++length_;
    Groups longer;
    for (const auto& [start, group] : groups_) longer[StartOf(start, length_)].Add(group);
    groups_ = std::move(longer);
  }
}

std::size_t CallTimeline::LadderFor(std::size_t most) const {
  std::size_t length = length_;
  if (groups_.empty()) return length;
  const auto count = [this](std::size_t at) {
    const std::int64_t span =
        StartOf(groups_.rbegin()->first, at) - StartOf(groups_.begin()->first, at);
    return static_cast<std::size_t>(span / kLengths[at]) + 1;
  };
  while (length + 1 < kLengths.size() && count(length) > most) ++length;
  return length;
}

absl::Duration CallTimeline::LengthFor(std::size_t most) const {
  return absl::Seconds(kLengths[LadderFor(most)]);
}

std::vector<CallTimeline::Stretch> CallTimeline::Stretches(std::size_t most) const {
  std::vector<Stretch> stretches;
  if (groups_.empty()) return stretches;
  const std::size_t length = LadderFor(most);
  const std::int64_t first = StartOf(groups_.begin()->first, length);
  for (const auto& [second, counts] : groups_) {
    const auto at = static_cast<std::size_t>((StartOf(second, length) - first) / kLengths[length]);
    // A clock that was far off would ask for stretches without an end.
    if (at >= kMostStretches) break;
    while (stretches.size() <= at) {
      const auto seconds = first + static_cast<std::int64_t>(stretches.size()) * kLengths[length];
      stretches.push_back({absl::FromUnixSeconds(seconds), {}});
    }
    stretches[at].counts.Add(counts);
  }
  return stretches;
}

}  // namespace certgate
