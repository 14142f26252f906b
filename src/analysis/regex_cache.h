#ifndef CERTGATE_SRC_ANALYSIS_REGEX_CACHE_H_
#define CERTGATE_SRC_ANALYSIS_REGEX_CACHE_H_

#include <certgate/decision.h>

#include <string>
#include <string_view>

namespace certgate {

/// `Regex(field, expression).Matches(text)`, for an expression that compiles. Compiling takes far
/// longer than matching, and whoever compares clauses asks for the same few expressions over and
/// over: each thread keeps those that it has compiled lately.
bool RegexMatches(Field field, const std::string& expression, std::string_view text);

/// Frees what this thread keeps.
void ForgetRegexes() noexcept;

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_REGEX_CACHE_H_
