#ifndef CERTGATE_SRC_ANALYSIS_FINDING_H_
#define CERTGATE_SRC_ANALYSIS_FINDING_H_

#include <certgate/diagnostic.h>

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace certgate {

/// What a finding is about.
enum class FindingRule {
  kPolicyError,
  kMaybeCut,
  kPointlessEntry,
  kShadowedAllow,
  kOpenToAnyone,
  kExpired,
  kExpiresSoon,
  kNameWithoutIssuer,
  kUnknownService,
  kUnknownMethod,
  kUncallableMethod,
  kUnusedClient,
  kObserveMode,
  kNotNfc,
  kMixedScripts,
  kInvisibleCharacter,
};

/// A rule in words for people and machines.
struct FindingRuleText {
  FindingRule rule;
  /// Stable: scripts and reports know the rule by it, `unused-client`.
  std::string_view name;
  std::string_view summary;
  std::string_view help;
};

/// All of them, in the order of the enumeration.
std::span<const FindingRuleText> FindingRules();
/// "unused-client".
std::string_view ToString(FindingRule rule);

/// A diagnostic of the loader, or a warning about a policy that is valid.
struct Finding {
  Diagnostic diagnostic;
  FindingRule rule = FindingRule::kPolicyError;
};

/// How many of each severity there are, those included that are only counted ("and 20 more").
struct FindingCounts {
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t notes = 0;
};
FindingCounts Count(const std::vector<Finding>& findings);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_FINDING_H_
