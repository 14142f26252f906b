#include "src/analysis/clause_set.h"

#include <algorithm>

namespace certgate {
namespace {

bool IsIndexable(const Selector& selector) {
  return selector.field != Field::kClient && !selector.values.empty() &&
         std::all_of(selector.values.begin(), selector.values.end(),
                     [](const SelectorValue& one) { return one.kind == ValueKind::kExact; });
}

// The selector with the fewest values, all exact; null if there is none.
const Selector* RarestOf(const Clause& clause) {
  const Selector* rarest = nullptr;
  for (const Selector& selector : clause.selectors) {
    if (!IsIndexable(selector)) continue;
    if (rarest == nullptr || selector.values.size() < rarest->values.size()) rarest = &selector;
  }
  return rarest;
}

std::string KeyOf(Field field, const SelectorValue& value) {
  std::string key(ToString(field));
  key += ' ';
  key += value.text;
  return key;
}

}  // namespace

void ClauseSet::Add(const Clause* clause) {
  const Selector* const rarest = RarestOf(*clause);
  if (rarest == nullptr) {
    others_.push_back(clause);
    return;
  }
  for (const SelectorValue& value : rarest->values) {
    by_value_[KeyOf(rarest->field, value)].push_back(clause);
  }
}

void ClauseSet::EachCovering(const Clause& narrow,
                             const std::function<bool(const Clause&)>& visit) const {
  const auto visit_all = [&](const Clauses& clauses) {
    return std::all_of(clauses.begin(), clauses.end(), [&](const Clause* clause) {
      return !CoversCallers(*clause, narrow) || visit(*clause);
    });
  };
  if (!visit_all(others_)) return;
  // A selector that exact values cover has these values, the first of them too.
  for (const Selector& selector : narrow.selectors) {
    if (selector.values.empty() || selector.values.front().kind != ValueKind::kExact) continue;
    const auto found = by_value_.find(KeyOf(selector.field, selector.values.front()));
    if (found != by_value_.end() && !visit_all(found->second)) return;
  }
}

const Clause* ClauseSet::FindCovering(const Clause& narrow) const {
  const Clause* longest = nullptr;
  EachCovering(narrow, [&](const Clause& clause) {
    if (longest == nullptr || clause.expires > longest->expires) longest = &clause;
    return true;
  });
  return longest;
}

bool ClauseSet::Covers(const Clause& narrow) const {
  bool is_covered = false;
  EachCovering(narrow, [&](const Clause& clause) {
    is_covered = clause.expires >= narrow.expires;
    return !is_covered;
  });
  return is_covered;
}

}  // namespace certgate
