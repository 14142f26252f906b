#include "src/analysis/policy_coverage.h"

#include <algorithm>
#include <tuple>

namespace certgate {

PolicyCoverage::PolicyCoverage(const PolicySource& policy)
    : policy_(policy), entries_(PlacesOf(policy.document)), is_exercised_(entries_.size()) {
  while (first_member_ < entries_.size() && entries_[first_member_].client == nullptr) {
    ++first_member_;
  }
  for (std::size_t i = first_member_; i < entries_.size(); ++i) {
    sets_.emplace(entries_[i].client->name, i - first_member_);
  }
}

void PolicyCoverage::Add(const Explanation& explanation) {
  if (!explanation.decision.rule.has_value()) return;
  const RuleIndex rule = *explanation.decision.rule;
  is_exercised_[rule] = true;
  std::vector<bool> is_seen(entries_.size() - first_member_);
  AddMembers(*entries_[rule].entry, explanation.members, is_seen);
}

// The sets that `entry` names, and those that they use in turn.
void PolicyCoverage::AddMembers(const Entry& entry, const std::vector<ConsideredMember>& considered,
                                std::vector<bool>& is_seen) {
  for (const Selector& selector : entry.selectors) {
    if (selector.field != Field::kClient) continue;
    for (const SelectorValue& name : selector.values) {
      const auto set = sets_.find(name.text);
      if (set == sets_.end()) continue;
      for (std::size_t i = set->second;
           i < considered.size() && considered[i].client->name == name.text; ++i) {
        if (is_seen[i] || !considered[i].matches()) continue;
        is_seen[i] = true;
        is_exercised_[first_member_ + i] = true;
        AddMembers(*considered[i].entry, considered, is_seen);
      }
    }
  }
}

std::vector<EntryPlace> PolicyCoverage::Unexercised() const {
  std::vector<EntryPlace> rest;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!is_exercised_[i]) rest.push_back(entries_[i]);
  }
  std::sort(rest.begin(), rest.end(), [](const EntryPlace& a, const EntryPlace& b) {
    const SourceLocation& one = a.entry->location;
    const SourceLocation& other = b.entry->location;
    return std::tie(one.line, one.column) < std::tie(other.line, other.column);
  });
  return rest;
}

std::size_t PolicyCoverage::exercised_count() const {
  return static_cast<std::size_t>(std::count(is_exercised_.begin(), is_exercised_.end(), true));
}

}  // namespace certgate
