#include "src/analysis/class_diff.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "src/analysis/clause_algebra.h"
#include "src/analysis/step_limit.h"

namespace certgate {
namespace {

// A clause with lists that multiply to more than this is compared as a whole.
constexpr std::size_t kMostParts = 4096;
// More deny entries than this are counted, not named.
constexpr std::size_t kMostDenials = 3;

AccessLists ListsOf(const ClassAccess& access, AccessList KeyAccess::*list) {
  AccessLists lists;
  for (const KeyAccess* key : access.keys) lists.push_back(&(key->*list));
  return lists;
}

bool HasId(const AccessLists& lists, std::size_t id) {
  return std::any_of(lists.begin(), lists.end(),
                     [id](const AccessList* list) { return list->ids.contains(id); });
}

bool Covers(const AccessLists& lists, const Clause& narrow) {
  return std::any_of(lists.begin(), lists.end(),
                     [&](const AccessList* list) { return list->set.Covers(narrow); });
}

// Until when the lists match the callers of `narrow` by one entry.
std::optional<absl::Time> EndIn(const AccessLists& lists, const Clause& narrow) {
  std::optional<absl::Time> end;
  for (const AccessList* list : lists) {
    const Clause* const covering = list->set.FindCovering(narrow);
    if (covering != nullptr && (!end || covering->expires > *end)) end = covering->expires;
  }
  return end;
}

/// Clauses by the time until which other lists match them.
using PartsByEnd = std::map<std::optional<absl::Time>, std::vector<Clause>>;

// The parts of `clause` that `denied` do not match, nor `others` for as long.
PartsByEnd DifferingParts(const Clause& clause, const AccessLists& denied,
                          const AccessLists& others) {
  PartsByEnd by_end;
  for (Clause& part : Split(clause, kMostParts)) {
    const std::optional<Clause> simple = Simplify(part);
    if (!simple.has_value() || Covers(denied, *simple)) continue;
    const std::optional<absl::Time> end = EndIn(others, *simple);
    if (!end || *end < part.expires) by_end[end].push_back(std::move(part));
  }
  return by_end;
}

// Drops each difference whose callers another one, not dropped itself, covers.
void DropCovered(std::vector<Difference>& differences) {
  ClauseSet set;
  std::unordered_map<const Clause*, std::size_t> numbers;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    set.Add(&differences[i].clause);
    numbers[&differences[i].clause] = i;
  }
  std::vector<bool> is_dropped(differences.size());
  for (std::size_t i = 0; i < differences.size(); ++i) {
    const Clause& clause = differences[i].clause;
    set.EachCovering(clause, [&](const Clause& other) {
      const std::size_t number = numbers.at(&other);
      is_dropped[i] = number != i && !is_dropped[number] && other.expires >= clause.expires;
      return !is_dropped[i];
    });
  }
  std::vector<Difference> kept;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    if (!is_dropped[i]) kept.push_back(std::move(differences[i]));
  }
  differences = std::move(kept);
}

/// Compares the lists of one class.
class ClassComparison {
 public:
  ClassComparison(const Access& before, const ClassAccess& old_access, const Access& after,
                  const ClassAccess& new_access)
      : before_(before),
        after_(after),
        old_allow_(ListsOf(old_access, &KeyAccess::allow)),
        old_deny_(ListsOf(old_access, &KeyAccess::deny)),
        new_allow_(ListsOf(new_access, &KeyAccess::allow)),
        new_deny_(ListsOf(new_access, &KeyAccess::deny)) {}

  std::vector<Change> Run() {
    for (Difference& one : DifferencesOf(new_allow_, new_deny_, old_allow_)) {
      AddNew(one.other_end ? ChangeKind::kEndsLater : ChangeKind::kGains, std::move(one));
      changes_.back().but_not = DenialsOf(changes_.back().clause);
    }
    for (Difference& one : DifferencesOf(old_allow_, old_deny_, new_allow_)) {
      if (IsOfRemovedAuthority(one.clause)) continue;
      AddOld(one.other_end ? ChangeKind::kEndsEarlier : ChangeKind::kLoses, std::move(one));
    }
    // A denial matters to those who have access but for it: before the change or after it.
    for (Difference& one : DifferencesOf(new_deny_, {}, old_deny_)) {
      if (!MayMatchAnyone(one.clause, old_allow_, old_deny_)) continue;
      AddNew(one.other_end ? ChangeKind::kDeniedLonger : ChangeKind::kNewlyDenied, std::move(one));
    }
    for (Difference& one : DifferencesOf(old_deny_, {}, new_deny_)) {
      if (!MayMatchAnyone(one.clause, new_allow_, new_deny_)) continue;
      AddOld(one.other_end ? ChangeKind::kDeniedShorter : ChangeKind::kNoLongerDenied,
             std::move(one));
    }
    return std::move(changes_);
  }

 private:
  void AddNew(ChangeKind kind, Difference difference) {
    Change& change = Add(kind, std::move(difference.clause), after_, true);
    change.ends = change.clause.expires;
    if (difference.other_end) change.ended = *difference.other_end;
  }

  void AddOld(ChangeKind kind, Difference difference) {
    Change& change = Add(kind, std::move(difference.clause), before_, false);
    change.ended = change.clause.expires;
    if (difference.other_end) change.ends = *difference.other_end;
  }

  Change& Add(ChangeKind kind, Clause clause, const Access& policy, bool is_new) {
    CountSteps(kStepsOfClause);
    Change& change = changes_.emplace_back();
    change.kind = kind;
    change.who = policy.Describe(clause);
    change.place = PlaceOf(clause, is_new);
    change.clause = std::move(clause);
    return change;
  }

  std::vector<std::string> DenialsOf(const Clause& clause) const {
    std::vector<std::string> denials;
    std::size_t more = 0;
    for (const AccessList* list : new_deny_) {
      for (const auto& deny : list->clauses) {
        if (!MayOverlap(deny->wide, clause)) continue;
        if (denials.size() == kMostDenials) {
          ++more;
        } else {
          denials.push_back(after_.Describe(deny->wide));
        }
      }
    }
    if (more > 0) denials.push_back(std::to_string(more) + " more");
    return denials;
  }

  // The authority's removal is told for all calls at once.
  bool IsOfRemovedAuthority(const Clause& clause) const {
    if (!after_.names_authorities()) return false;
    return std::any_of(
        clause.selectors.begin(), clause.selectors.end(), [this](const Selector& selector) {
          return selector.field == Field::kIssuer &&
                 std::none_of(
                     selector.values.begin(), selector.values.end(),
                     [this](const SelectorValue& one) { return after_.HasAuthority(one); });
        });
  }

  static bool MayMatchAnyone(const Clause& clause, const AccessLists& allow,
                             const AccessLists& deny) {
    return std::any_of(allow.begin(), allow.end(), [&](const AccessList* list) {
      return std::any_of(list->clauses.begin(), list->clauses.end(), [&](const auto& one) {
        return MayOverlap(one->narrow, clause) && !Covers(deny, one->narrow);
      });
    });
  }

  const Access& before_;
  const Access& after_;
  const AccessLists old_allow_;
  const AccessLists old_deny_;
  const AccessLists new_allow_;
  const AccessLists new_deny_;
  std::vector<Change> changes_;
};

}  // namespace

ChangePlace PlaceOf(const Clause& clause, bool is_new) {
  return {is_new, clause.entry->location.line, clause.through};
}

std::vector<Difference> DifferencesOf(const AccessLists& lists, const AccessLists& denied,
                                      const AccessLists& others) {
  std::vector<Difference> differences;
  for (const AccessList* list : lists) {
    for (const auto& clause : list->clauses) {
      CountSteps(1);
      if (HasId(others, clause->id)) continue;
      for (auto& [end, parts] : DifferingParts(clause->narrow, denied, others)) {
        for (Clause& merged : Merge(std::move(parts))) {
          std::optional<Clause> simple = Simplify(std::move(merged));
          if (simple.has_value()) differences.push_back({*std::move(simple), end});
        }
      }
    }
  }
  DropCovered(differences);
  return differences;
}

std::vector<Change> DiffCallers(const Access& before, const ClassAccess& old_access,
                                const Access& after, const ClassAccess& new_access) {
  return ClassComparison(before, old_access, after, new_access).Run();
}

}  // namespace certgate
