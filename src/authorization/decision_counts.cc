#include "src/authorization/decision_counts.h"

#include <new>
#include <string>

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

std::vector<DecisionCount> DecisionCounts::Read(const MethodNumbers& methods) const {
  std::map<Key, std::uint64_t> counts;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, counter] : counters_) counts[key] = counter->Sum();
  }
  // After the counts: a method that is numbered meanwhile has none yet, and none is without a path.
  const std::vector<std::string> paths = methods.Paths();
  std::map<Key, std::uint64_t> told;
  for (const auto& [key, count] : counts) {
    if (count == 0) continue;
    const auto [method, effect, reason, mode] = key;
    told[Key(method < paths.size() ? method : 0, effect, reason, mode)] += count;
  }
  std::vector<DecisionCount> figures;
  figures.reserve(told.size());
  for (const auto& [key, count] : told) {
    const auto [method, effect, reason, mode] = key;
    figures.push_back({paths[method], effect, reason, mode, count});
  }
  return figures;
}

}  // namespace certgate
