#include "src/analysis/regex_cache.h"

#include <cstddef>
#include <unordered_map>

#include "src/analysis/step_limit.h"
#include "src/policy/regex.h"

namespace certgate {
namespace {

constexpr std::size_t kMostKept = 256;

// What a match counts for, and what compiling the expression does.
constexpr std::size_t kStepsOfMatch = 5;
constexpr std::size_t kStepsOfRegex = 1000;
constexpr std::size_t kStepsOfByte = 10;

struct Kept {
  std::unordered_map<std::string, Regex> others;
  // `dns` expressions are compiled in their own way.
  std::unordered_map<std::string, Regex> for_dns;
};

Kept& KeptByThread() {
  thread_local Kept kept;
  return kept;
}

}  // namespace

bool RegexMatches(Field field, const std::string& expression, std::string_view text) {
  CountSteps(kStepsOfMatch);
  Kept& by_thread = KeptByThread();
  std::unordered_map<std::string, Regex>& kept =
      field == Field::kDns ? by_thread.for_dns : by_thread.others;
  const auto found = kept.find(expression);
  if (found != kept.end()) return found->second.Matches(text);
  CountSteps(kStepsOfRegex + kStepsOfByte * expression.size());
  if (kept.size() == kMostKept) kept.clear();
  return kept.emplace(expression, Regex(field, expression)).first->second.Matches(text);
}

void ForgetRegexes() noexcept {
  Kept& kept = KeptByThread();
  kept.others.clear();
  kept.for_dns.clear();
}

}  // namespace certgate
