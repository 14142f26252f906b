#ifndef CERTGATE_SRC_ANALYSIS_RULES_H_
#define CERTGATE_SRC_ANALYSIS_RULES_H_

#include <certgate/decision.h>

#include <cstddef>
#include <string>
#include <vector>

#include "src/policy/document.h"

namespace certgate {

/// An entry that a decision can name, with its place in the document. The pointers are borrowed.
struct Rule {
  enum class List { kAllow, kDeny, kRevoked };

  List list = List::kAllow;
  /// Null for an entry of `revoked`.
  const MethodRules* method = nullptr;
  const Entry* entry = nullptr;
  /// Its place in the list, from 1.
  std::size_t position = 0;

  /// The entry's `id`, or its place, as `Policy::Describe` has it.
  std::string name() const;
  /// Its place, such as `/package.Service/Method allow[1]`, even if it has an `id`.
  std::string place() const;
};

/// "allow", "deny", "revoked".
std::string_view ToString(Rule::List list) noexcept;

/// All rules of the document: the element `i` is `RuleIndex` `i` of the policy made of it.
std::vector<Rule> RulesOf(const PolicyDocument& document);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_RULES_H_
