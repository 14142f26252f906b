#include "src/authorization/decision_counts.h"

#include <new>

namespace certgate {

StripedCounter& DecisionCounts::Of(std::uint32_t method, const Decision& decision) {
  const Key key(method, decision.effect, decision.reason, decision.mode);
  const std::lock_guard lock(mutex_);
  const auto found = counters_.find(key);
  if (found != counters_.end()) return *found->second;
  // Made first: an entry without its counter must not stay behind.
  auto counter = std::make_unique<StripedCounter>();
  return *counters_.emplace(key, std::move(counter)).first->second;
}

void DecisionCounts::AddUndecided(std::uint32_t method) noexcept {
  try {
    Of(method, Decision{}).Add();
  } catch (const std::bad_alloc&) {
    undecided_.Add();
  }
}

std::vector<DecisionCounts::Count> DecisionCounts::Read() const {
  std::vector<Count> counts;
  const std::lock_guard lock(mutex_);
  counts.reserve(counters_.size());
  for (const auto& [key, counter] : counters_) {
    const std::uint64_t count = counter->Sum();
    if (count == 0) continue;
    const auto [method, effect, reason, mode] = key;
    counts.push_back({method, effect, reason, mode, count});
  }
  return counts;
}

}  // namespace certgate
