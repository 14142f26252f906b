#include "src/analysis/clause_algebra.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "src/analysis/regex_cache.h"
#include "src/analysis/step_limit.h"
#include "src/policy/matcher.h"

namespace certgate {
namespace {

// A certificate has at most one of these, so that two selectors speak of the same text.
bool IsSingleValued(Field field) {
  return field == Field::kCn || field == Field::kSerial || field == Field::kSha256;
}

bool IsExact(const Selector& selector) {
  return std::all_of(selector.values.begin(), selector.values.end(),
                     [](const SelectorValue& value) { return value.kind == ValueKind::kExact; });
}

// Drops each item that another one, not dropped itself, covers.
template <typename Item, typename IsCovered>
void DropCovered(std::vector<Item>& items, IsCovered is_covered) {
  for (std::size_t i = items.size(); i-- > 0;) {
    for (std::size_t other = 0; other < items.size(); ++other) {
      if (other == i || !is_covered(items[i], items[other])) continue;
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(i));
      break;
    }
  }
}

void DropCoveredValues(Selector& selector) {
  // Two exact values never cover each other, and lists of them may be long.
  if (IsExact(selector)) return;
  DropCovered(selector.values, [&](const SelectorValue& value, const SelectorValue& other) {
    return CoversValue(selector.field, other, value);
  });
}

bool HaveCommonEnds(std::string_view a, std::string_view b) {
  const std::string_view a_begin = LiteralPrefix(a);
  const std::string_view b_begin = LiteralPrefix(b);
  const std::string_view a_end = LiteralSuffix(a);
  const std::string_view b_end = LiteralSuffix(b);
  return (a_begin.starts_with(b_begin) || b_begin.starts_with(a_begin)) &&
         (a_end.ends_with(b_end) || b_end.ends_with(a_end));
}

// False only if no text matches both.
bool MayMeet(Field field, const SelectorValue& a, const SelectorValue& b) {
  if (a.kind > b.kind) return MayMeet(field, b, a);
  CountSteps(StepsOf(a, b));
  if (a.kind == ValueKind::kExact) {
    switch (b.kind) {
      case ValueKind::kExact:
        return a.text == b.text;
      case ValueKind::kPattern:
        return MatchesPattern(field, b.text, a.text);
      case ValueKind::kRegex:
        return RegexMatches(field, b.text, a.text);
    }
  }
  return b.kind == ValueKind::kRegex || HaveCommonEnds(a.text, b.text);
}

bool MayMeet(const Selector& a, const Selector& b) {
  return std::any_of(a.values.begin(), a.values.end(), [&](const SelectorValue& value) {
    return std::any_of(b.values.begin(), b.values.end(),
                       [&](const SelectorValue& other) { return MayMeet(a.field, value, other); });
  });
}

// False if no text matches all selectors of a field of which a certificate has one.
bool CanMeet(const std::vector<Selector>& selectors, Field field) {
  for (std::size_t i = 0; i < selectors.size(); ++i) {
    if (selectors[i].field != field) continue;
    for (std::size_t other = i + 1; other < selectors.size(); ++other) {
      if (selectors[other].field == field && !MayMeet(selectors[i], selectors[other])) return false;
    }
  }
  return true;
}

// Of several selectors on one text, one with exact values says it all: those that the others match
// too. False if there are none.
bool Intersect(std::vector<Selector>& selectors, Field field) {
  const auto has_field = [field](const Selector& selector) { return selector.field == field; };
  const auto exact = std::find_if(selectors.begin(), selectors.end(), [&](const Selector& one) {
    return has_field(one) && IsExact(one);
  });
  if (exact == selectors.end()) return CanMeet(selectors, field);
  std::erase_if(exact->values, [&](const SelectorValue& value) {
    return std::any_of(selectors.begin(), selectors.end(), [&](const Selector& selector) {
      return has_field(selector) && &selector != &*exact &&
             !CoversSelector(selector, {field, {value}});
    });
  });
  if (exact->values.empty()) return false;
  const Selector common = std::move(*exact);
  std::erase_if(selectors, has_field);
  selectors.push_back(common);
  return true;
}

// Each value with its length, so that no two selectors have the same text.
std::string TextOf(const Selector& selector) {
  std::string text(ToString(selector.field));
  text += '(';
  for (const SelectorValue& value : selector.values) {
    text += static_cast<char>('0' + static_cast<int>(value.kind));
    text += std::to_string(value.text.size());
    text += ':';
    text += value.text;
  }
  text += ')';
  return text;
}

// The text of all but one selector.
std::string TextWithout(const Clause& clause, std::size_t left_out) {
  Clause rest = clause;
  rest.selectors[left_out].values.clear();
  return TextOf(rest);
}

}  // namespace

void SortSelectors(Clause& clause) {
  for (Selector& selector : clause.selectors) {
    std::sort(selector.values.begin(), selector.values.end(),
              [](const SelectorValue& a, const SelectorValue& b) {
                return a.kind != b.kind ? a.kind < b.kind : a.text < b.text;
              });
  }
  std::sort(clause.selectors.begin(), clause.selectors.end(),
            [](const Selector& a, const Selector& b) {
              return a.field != b.field ? a.field < b.field : TextOf(a) < TextOf(b);
            });
}

std::optional<Clause> Simplify(Clause clause) {
  SortSelectors(clause);
  std::vector<Selector>& selectors = clause.selectors;
  for (const Field field : {Field::kCn, Field::kSerial, Field::kSha256}) {
    if (!Intersect(selectors, field)) return std::nullopt;
  }
  for (Selector& selector : selectors) DropCoveredValues(selector);
  DropCovered(selectors, [](const Selector& selector, const Selector& other) {
    return selector.field != Field::kAny && selector.field != Field::kClient &&
           CoversSelector(selector, other);
  });
  if (selectors.size() > 1) {
    std::erase_if(selectors, [](const Selector& one) { return one.field == Field::kAny; });
  }
  SortSelectors(clause);
  return clause;
}

bool MayOverlap(const Clause& a, const Clause& b) {
  CountSteps(1);
  return std::all_of(a.selectors.begin(), a.selectors.end(), [&](const Selector& selector) {
    return !IsSingleValued(selector.field) ||
           std::all_of(b.selectors.begin(), b.selectors.end(), [&](const Selector& other) {
             return other.field != selector.field || MayMeet(selector, other);
           });
  });
}

std::string TextOf(const Clause& clause) {
  std::string text;
  for (const Selector& selector : clause.selectors) text += TextOf(selector);
  return text;
}

std::vector<Clause> Split(const Clause& clause, std::size_t most) {
  std::size_t count = 1;
  for (const Selector& selector : clause.selectors) {
    if (selector.values.size() < 2 || selector.field == Field::kClient) continue;
    if (selector.values.size() > most / count) return {clause};
    count *= selector.values.size();
  }
  std::vector<Clause> parts = {clause};
  for (std::size_t s = 0; s < clause.selectors.size(); ++s) {
    const Selector& selector = clause.selectors[s];
    if (selector.values.size() < 2 || selector.field == Field::kClient) continue;
    std::vector<Clause> finer;
    for (Clause& part : parts) {
      for (const SelectorValue& value : selector.values) {
        CountSteps(kStepsOfClause);
        part.selectors[s].values.assign(1, value);
        finer.push_back(part);
      }
    }
    parts = std::move(finer);
  }
  return parts;
}

std::vector<Clause> Merge(std::vector<Clause> parts) {
  const std::size_t selectors = parts.empty() ? 0 : parts.front().selectors.size();
  // The last selector varies fastest.
  for (std::size_t s = selectors; s-- > 0;) {
    std::vector<Clause> merged;
    std::map<std::string, std::size_t> by_rest;
    for (Clause& part : parts) {
      const auto [found, is_new] = by_rest.try_emplace(TextWithout(part, s), merged.size());
      if (is_new) {
        merged.push_back(std::move(part));
        continue;
      }
      std::vector<SelectorValue>& values = merged[found->second].selectors[s].values;
      const std::vector<SelectorValue>& more = part.selectors[s].values;
      values.insert(values.end(), more.begin(), more.end());
    }
    parts = std::move(merged);
  }
  return parts;
}

}  // namespace certgate
