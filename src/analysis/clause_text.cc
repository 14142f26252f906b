#include <algorithm>

#include "src/analysis/clause.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kMostValuesShown = 6;

}  // namespace

std::string DescribeUntil(absl::Time time) {
  if (time == absl::InfiniteFuture()) return "without end";
  const absl::TimeZone utc = absl::UTCTimeZone();
  const bool is_day = time == absl::FromCivil(absl::ToCivilDay(time, utc), utc);
  return "until " + absl::FormatTime(is_day ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%E*SZ", time, utc);
}

std::string DescribeValue(const SelectorValue& value) {
  if (value.kind == ValueKind::kRegex) return "regex " + Quote(value.text);
  const bool is_misleading =
      value.kind == ValueKind::kExact && value.text.find('*') != std::string::npos;
  return Quote(value.text) + (is_misleading ? " (literally)" : "");
}

std::string DescribeSelector(const Selector& selector) {
  if (selector.field == Field::kAny) return "any caller";
  std::string text(ToString(selector.field));
  const std::size_t shown = std::min(selector.values.size(), kMostValuesShown);
  for (std::size_t i = 0; i < shown; ++i) {
    text += i == 0 ? " " : " or ";
    text += DescribeValue(selector.values[i]);
  }
  const std::size_t rest = selector.values.size() - shown;
  return rest == 0 ? text : text + " or " + std::to_string(rest) + " more";
}

std::string DescribeClause(const Clause& clause) {
  std::string text;
  for (const Selector& selector : clause.selectors) {
    // Beside another selector `any` says nothing.
    if (selector.field == Field::kAny && clause.selectors.size() > 1) continue;
    if (!text.empty()) text += " and ";
    text += DescribeSelector(selector);
  }
  return text.empty() ? "any caller" : text;
}

}  // namespace certgate
