#include "src/analysis/access.h"

#include <algorithm>
#include <utility>

#include "src/analysis/clause_algebra.h"

namespace certgate {
namespace {

// Client sets deeper than this are never taken for the same.
constexpr int kDeepestSet = 256;

std::string TextOfTime(absl::Time time) {
  return time == absl::InfiniteFuture() ? "" : absl::FormatTime(time, absl::UTCTimeZone());
}

bool HasField(const Clause& clause, Field field) {
  return std::any_of(clause.selectors.begin(), clause.selectors.end(),
                     [field](const Selector& one) { return one.field == field; });
}

}  // namespace

Access::Access(const PolicyDocument& document, const PolicyDocument& other, absl::Time now,
               AuthorityNames names, TextNumbers& numbers)
    : document_(document),
      now_(now),
      names_(std::move(names)),
      numbers_(numbers),
      expander_(document),
      index_(document) {
  for (const AuthorityRules& authority : document.authorities) {
    authorities_.values.push_back({names_.at(authority.authority.name), ValueKind::kExact});
  }
  std::sort(authorities_.values.begin(), authorities_.values.end(),
            [](const SelectorValue& a, const SelectorValue& b) { return a.text < b.text; });
  for (const ClientSet& client : document.clients) sets_.emplace(client.name, &client);
  keys_.reserve(document.methods.size());
  for (const MethodRules& rules : document.methods) {
    const bool both_name_authorities = names_authorities() && !other.authorities.empty();
    keys_.push_back(
        {&rules, ListOf(rules.allow, both_name_authorities), ListOf(rules.deny, false)});
  }
  revoked_ = ListOf(document.revoked, false);
}

ClassAccess Access::Of(MethodScope scope, std::string_view key) const {
  ClassAccess access;
  access.mode = document_.mode;
  access.mode_location = document_.mode_location;
  bool has_mode = false;
  for (const std::size_t number : index_.Covering(scope, key)) {
    const KeyAccess& one = keys_[number];
    access.keys.push_back(&one);
    if (has_mode || !one.rules->mode.has_value()) continue;
    has_mode = true;
    access.mode = *one.rules->mode;
    access.mode_location = one.rules->mode_location;
  }
  return access;
}

bool Access::HasAuthority(const SelectorValue& name) const {
  const std::vector<SelectorValue>& all = authorities_.values;
  return std::find(all.begin(), all.end(), name) != all.end();
}

std::string Access::Describe(const Clause& clause) const {
  const std::string text = DescribeClause(Widened(clause));
  if (!HasField(clause, Field::kClient)) return text;
  return text + " (its client sets are too many to look into)";
}

AccessList Access::ListOf(const std::vector<Entry>& entries, bool answers_narrowly) const {
  AccessList list;
  for (const Entry& entry : entries) {
    for (Clause& clause : expander_.Expand(entry)) Add(std::move(clause), list);
  }
  for (const auto& clause : list.clauses) {
    list.set.Add(answers_narrowly ? &clause->narrow : &clause->wide);
  }
  return list;
}

void Access::Add(Clause clause, AccessList& list) const {
  if (clause.expires <= now_) return;
  for (Selector& selector : clause.selectors) {
    if (selector.field != Field::kIssuer) continue;
    for (SelectorValue& value : selector.values) value.text = names_.at(value.text);
    std::sort(selector.values.begin(), selector.values.end(),
              [](const SelectorValue& a, const SelectorValue& b) { return a.text < b.text; });
  }
  if (names_authorities() && !HasField(clause, Field::kIssuer)) {
    clause.selectors.push_back(authorities_);
  }
  std::optional<Clause> simple = Simplify(std::move(clause));
  if (!simple.has_value()) return;
  const std::size_t id = numbers_.Of(TextWithSets(*simple) + TextOfTime(simple->expires));
  // Client sets in client sets may lead to the same callers many times.
  if (!list.ids.insert(id).second) return;
  auto added = std::make_unique<AccessClause>();
  added->id = id;
  added->wide = Widened(*simple);
  added->narrow = *std::move(simple);
  list.clauses.push_back(std::move(added));
}

Clause Access::Widened(Clause clause) const {
  std::erase_if(clause.selectors, [this](const Selector& one) { return IsImplied(one); });
  if (clause.selectors.empty()) clause.selectors.push_back({Field::kAny, {}});
  return clause;
}

bool Access::IsImplied(const Selector& selector) const {
  return selector.field == Field::kIssuer && names_authorities() &&
         CoversSelector(selector, authorities_);
}

std::string Access::TextWithSets(Clause clause) const {
  for (Selector& selector : clause.selectors) {
    if (selector.field != Field::kClient) continue;
    for (SelectorValue& value : selector.values) {
      value.text = std::to_string(NumberOfSet(value.text, 0));
    }
  }
  return TextOf(clause);
}

// The same for two sets of one structure, whatever they are called.
std::size_t Access::NumberOfSet(const std::string& name, int depth) const {
  if (depth > kDeepestSet) return numbers_.Of("deep set " + document_.version + name);
  if (const auto known = set_numbers_.find(name); known != set_numbers_.end()) {
    return known->second;
  }
  std::vector<std::string> members;
  for (const Entry& entry : sets_.at(name)->entries) {
    members.push_back(TextOfMember(entry, depth + 1));
  }
  std::sort(members.begin(), members.end());
  std::string text = "set ";
  for (const std::string& member : members) text += std::to_string(member.size()) + ":" + member;
  return set_numbers_[name] = numbers_.Of(text);
}

std::string Access::TextOfMember(const Entry& entry, int depth) const {
  Clause clause;
  clause.selectors = entry.selectors;
  for (Selector& selector : clause.selectors) {
    for (SelectorValue& value : selector.values) {
      if (selector.field == Field::kIssuer) value.text = names_.at(value.text);
      if (selector.field == Field::kClient) {
        value.text = std::to_string(NumberOfSet(value.text, depth));
      }
    }
    std::sort(selector.values.begin(), selector.values.end(),
              [](const SelectorValue& a, const SelectorValue& b) {
                return a.kind != b.kind ? a.kind < b.kind : a.text < b.text;
              });
  }
  SortSelectors(clause);
  return TextOf(clause) + TextOfTime(entry.expires);
}

}  // namespace certgate
