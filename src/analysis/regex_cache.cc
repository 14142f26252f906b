#include "src/analysis/regex_cache.h"

#include <cstddef>
#include <unordered_map>

#include "src/policy/regex.h"

namespace certgate {
namespace {

constexpr std::size_t kMostKept = 256;

}  // namespace

bool RegexMatches(Field field, const std::string& expression, std::string_view text) {
  // `dns` expressions are compiled in their own way.
  thread_local std::unordered_map<std::string, Regex> others;
  thread_local std::unordered_map<std::string, Regex> for_dns;
  std::unordered_map<std::string, Regex>& kept = field == Field::kDns ? for_dns : others;
  const auto found = kept.find(expression);
  if (found != kept.end()) return found->second.Matches(text);
  if (kept.size() == kMostKept) kept.clear();
  return kept.emplace(expression, Regex(field, expression)).first->second.Matches(text);
}

}  // namespace certgate
