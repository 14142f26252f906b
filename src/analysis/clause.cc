#include "src/analysis/clause.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "src/analysis/method_keys.h"
#include "src/analysis/regex_cache.h"
#include "src/analysis/step_limit.h"
#include "src/policy/matcher.h"

namespace certgate {
namespace {

bool IsLess(const SelectorValue& a, const SelectorValue& b) {
  return a.kind != b.kind ? a.kind < b.kind : a.text < b.text;
}

Selector Normalized(Selector selector) {
  std::sort(selector.values.begin(), selector.values.end(), IsLess);
  selector.values.erase(std::unique(selector.values.begin(), selector.values.end()),
                        selector.values.end());
  return selector;
}

void SortByField(std::vector<Selector>& selectors) {
  std::stable_sort(selectors.begin(), selectors.end(),
                   [](const Selector& a, const Selector& b) { return a.field < b.field; });
}

std::string_view TakePart(std::string_view& rest, char separator, bool& is_last) {
  const std::size_t end = rest.find(separator);
  is_last = end == rest.npos;
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(is_last ? rest.size() : end + 1);
  return part;
}

// For patterns in which a `*` is a whole part between separators, and a last `**` all the rest.
bool CoversParts(std::string_view wide, std::string_view narrow, char separator) {
  for (;;) {
    if (separator == '/' && wide == "**") return !narrow.empty();
    bool wide_ends = false;
    bool narrow_ends = false;
    const std::string_view part = TakePart(wide, separator, wide_ends);
    const std::string_view other = TakePart(narrow, separator, narrow_ends);
    const bool covers = part == other || (part == "*" && !other.empty() && other != "**");
    if (!covers || wide_ends != narrow_ends) return false;
    if (wide_ends) return true;
  }
}

bool CoversPattern(Field field, std::string_view wide, std::string_view narrow) {
  switch (field) {
    case Field::kDns:
      return CoversParts(wide, narrow, '.');
    case Field::kUri:
      return CoversParts(wide, narrow, '/');
    default:
      // A literal part of `wide` holds no `*`, so that each `*` of `narrow` falls to one of its.
      return MatchesGlob(wide, narrow);
  }
}

bool IsEverything(Field field, const SelectorValue& value) {
  return value.kind == ValueKind::kPattern && field != Field::kDns && field != Field::kUri &&
         value.text.find_first_not_of('*') == std::string::npos;
}

// A clause that is made or copied: it holds texts.
std::size_t StepsOf(const Clause& clause) {
  std::size_t steps = kStepsOfClause;
  for (const Selector& selector : clause.selectors) steps += selector.values.size();
  return steps;
}

}  // namespace

std::size_t StepsOf(const SelectorValue& a, const SelectorValue& b) {
  constexpr std::size_t kBytesOfStep = 64;
  return 1 + (a.text.size() + b.text.size()) / kBytesOfStep;
}

bool CoversValue(Field field, const SelectorValue& wide, const SelectorValue& narrow) {
  CountSteps(StepsOf(wide, narrow));
  if (field == Field::kClient) return false;
  if (wide == narrow || IsEverything(field, wide)) return true;
  switch (narrow.kind) {
    case ValueKind::kExact:
      if (wide.kind == ValueKind::kRegex) return RegexMatches(field, wide.text, narrow.text);
      return wide.kind == ValueKind::kPattern && MatchesPattern(field, wide.text, narrow.text);
    case ValueKind::kPattern:
      return wide.kind == ValueKind::kPattern && CoversPattern(field, wide.text, narrow.text);
    case ValueKind::kRegex:
      return false;
  }
  return false;
}

// The values are sorted, exact ones first: of those only an equal one covers another value.
bool CoversSelector(const Selector& wide, const Selector& narrow) {
  if (wide.field != narrow.field) return false;
  CountSteps(narrow.values.size());
  const auto first_pattern = std::partition_point(
      wide.values.begin(), wide.values.end(),
      [](const SelectorValue& value) { return value.kind == ValueKind::kExact; });
  return std::all_of(narrow.values.begin(), narrow.values.end(), [&](const SelectorValue& value) {
    if (wide.field != Field::kClient &&
        std::binary_search(wide.values.begin(), wide.values.end(), value, IsLess)) {
      return true;
    }
    return std::any_of(first_pattern, wide.values.end(), [&](const SelectorValue& other) {
      return CoversValue(wide.field, other, value);
    });
  });
}

bool CoversCallers(const Clause& wide, const Clause& narrow) {
  CountSteps(1);
  return std::all_of(wide.selectors.begin(), wide.selectors.end(), [&](const Selector& selector) {
    return selector.field == Field::kAny ||
           std::any_of(narrow.selectors.begin(), narrow.selectors.end(),
                       [&](const Selector& other) { return CoversSelector(selector, other); });
  });
}

bool Covers(const Clause& wide, const Clause& narrow) {
  return wide.expires >= narrow.expires && CoversCallers(wide, narrow);
}

Expander::Expander(const PolicyDocument& document) : document_(document) {
  for (const ClientSet& client : document_.clients) {
    clients_.emplace(client.name, &client);
    most_ += 2 * client.entries.size();
  }
}

const ClientSet* Expander::Find(const std::string& name) const {
  const auto found = clients_.find(name);
  return found == clients_.end() ? nullptr : found->second;
}

std::vector<Clause> Expander::Expand(const Entry& entry) const {
  std::vector<Clause> clauses;
  if (!Add(entry, 0, clauses)) {
    Clause whole;
    for (const Selector& selector : entry.selectors) {
      whole.selectors.push_back(Normalized(selector));
    }
    whole.expires = entry.expires;
    clauses.assign(1, std::move(whole));
  }
  for (Clause& clause : clauses) {
    SortByField(clause.selectors);
    clause.entry = &entry;
  }
  return clauses;
}

// False if they would be too many.
bool Expander::Add(const Entry& entry, int depth, std::vector<Clause>& clauses) const {
  if (depth > kDeepest) return false;
  Clause own;
  own.expires = entry.expires;
  const Selector* client = nullptr;
  for (const Selector& selector : entry.selectors) {
    if (selector.field == Field::kClient) {
      client = &selector;
    } else {
      own.selectors.push_back(Normalized(selector));
    }
  }
  const std::size_t own_steps = StepsOf(own);
  if (client == nullptr) {
    CountSteps(own_steps);
    clauses.push_back(std::move(own));
    return clauses.size() <= most_;
  }
  for (const SelectorValue& name : client->values) {
    const ClientSet* const set = Find(name.text);
    if (set == nullptr) return false;
    for (const Entry& member : set->entries) {
      const std::size_t first = clauses.size();
      if (!Add(member, depth + 1, clauses)) return false;
      for (std::size_t i = first; i < clauses.size(); ++i) {
        Clause& clause = clauses[i];
        CountSteps(own_steps);
        clause.selectors.insert(clause.selectors.end(), own.selectors.begin(), own.selectors.end());
        clause.expires = std::min(clause.expires, own.expires);
        clause.through.insert(clause.through.begin(), set->name);
      }
    }
  }
  return true;
}

bool CoversKey(MethodScope wide_scope, const std::string& wide, MethodScope narrow_scope,
               const std::string& narrow) {
  if (wide_scope == MethodScope::kMethod) {
    return narrow_scope == MethodScope::kMethod && wide == narrow;
  }
  return StemOf(narrow_scope, narrow).starts_with(StemOf(wide_scope, wide));
}

std::vector<const MethodRules*> KeysCovering(const PolicyDocument& document, MethodScope scope,
                                             const std::string& key) {
  std::vector<const MethodRules*> keys;
  for (const MethodRules& rules : document.methods) {
    if (CoversKey(rules.scope, rules.key, scope, key)) keys.push_back(&rules);
  }
  std::sort(keys.begin(), keys.end(), [](const MethodRules* a, const MethodRules* b) {
    return StemOf(a->scope, a->key).size() > StemOf(b->scope, b->key).size();
  });
  return keys;
}

}  // namespace certgate
