#include "src/analysis/policy_coverage.h"

#include <algorithm>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

std::size_t CountExercised(const std::vector<CoveredEntry>& entries) {
  return static_cast<std::size_t>(std::count_if(
      entries.begin(), entries.end(), [](const CoveredEntry& one) { return one.is_exercised; }));
}

}  // namespace

PolicyCoverage::PolicyCoverage(const PolicySource& policy) : policy_(policy) {
  for (const Rule& rule : RulesOf(policy.document)) {
    std::string name(ToString(rule.list));
    name += " " + Quote(rule.name());
    rules_.push_back({rule.entry, std::move(name), false});
  }
  for (const ClientSet& client : policy.document.clients) {
    first_of_set_.emplace(client.name, members_.size());
    for (std::size_t i = 0; i < client.entries.size(); ++i) {
      members_.push_back({&client.entries[i],
                          "client " + Quote(client.name) + ", entry " + std::to_string(i + 1),
                          false});
    }
  }
}

void PolicyCoverage::Add(const Explanation& explanation) {
  if (!explanation.decision.rule.has_value()) return;
  CoveredEntry& rule = rules_[*explanation.decision.rule];
  rule.is_exercised = true;
  std::vector<bool> is_seen(members_.size());
  AddMembers(*rule.entry, explanation.members, is_seen);
}

// The sets that `entry` names, and those that they use in turn.
void PolicyCoverage::AddMembers(const Entry& entry, const std::vector<ConsideredMember>& considered,
                                std::vector<bool>& is_seen) {
  for (const Selector& selector : entry.selectors) {
    if (selector.field != Field::kClient) continue;
    for (const SelectorValue& name : selector.values) {
      const auto first = first_of_set_.find(name.text);
      if (first == first_of_set_.end()) continue;
      for (std::size_t i = first->second;
           i < considered.size() && considered[i].client->name == name.text; ++i) {
        if (is_seen[i] || !considered[i].matches()) continue;
        is_seen[i] = true;
        members_[i].is_exercised = true;
        AddMembers(*considered[i].entry, considered, is_seen);
      }
    }
  }
}

std::vector<CoveredEntry> PolicyCoverage::entries() const {
  std::vector<CoveredEntry> all = rules_;
  all.insert(all.end(), members_.begin(), members_.end());
  std::sort(all.begin(), all.end(), [](const CoveredEntry& a, const CoveredEntry& b) {
    const SourceLocation& one = a.entry->location;
    const SourceLocation& other = b.entry->location;
    return one.line != other.line ? one.line < other.line : one.column < other.column;
  });
  return all;
}

std::size_t PolicyCoverage::exercised_count() const {
  return CountExercised(rules_) + CountExercised(members_);
}

}  // namespace certgate
