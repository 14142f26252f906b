#ifndef CERTGATE_SRC_ANALYSIS_EXPLAIN_H_
#define CERTGATE_SRC_ANALYSIS_EXPLAIN_H_

#include <absl/time/time.h>
#include <certgate/decision.h>
#include <certgate/peer_identity.h>

#include <string>
#include <string_view>
#include <vector>

#include "src/analysis/rules.h"
#include "src/policy/policy_source.h"

namespace certgate {

/// Whether one selector of an entry holds for the caller.
struct SelectorOutcome {
  const Selector* selector = nullptr;
  bool holds = false;
};

/// An entry that was looked at for a decision.
struct ConsideredRule {
  RuleIndex index = 0;
  Rule rule;
  std::vector<SelectorOutcome> selectors;
  bool has_expired = false;
  /// All selectors hold, and it has not expired.
  bool matches = false;
};

/// An entry of a client set that the caller matches.
struct MatchedMember {
  const ClientSet* client = nullptr;
  const Entry* entry = nullptr;
};

/// A decision and how it came about. Borrows from the `PolicySource`.
struct Explanation {
  Decision decision;
  /// Empty, or the rule that decided: `considered` holds it too.
  const Rule* deciding = nullptr;
  std::vector<Rule> rules;  // of the whole document
  /// The method keys that match the path, the most specific first.
  std::vector<const MethodRules*> keys;
  /// The method key whose `mode` counts; null where it is the policy's own.
  const MethodRules* mode_key = nullptr;
  /// The entries of `revoked` that match, then those under `keys`: of each key first `deny`, then
  /// `allow`. Empty if the certificate's validity or the form of the path decided.
  std::vector<ConsideredRule> considered;
  /// The members of client sets that hold, in the order of the file.
  std::vector<MatchedMember> memberships;
  /// For a refusal that an entry came near to prevent: "`payments-team` needs ou `payments`; the
  /// certificate has `eng`". Else empty.
  std::string nearest_miss;
  /// The decision as one sentence for people.
  std::string summary;
};

/// Explains what `source.policy` (not null) decides. The decision is the policy's own. Thread-safe.
Explanation Explain(const PolicySource& source, const PeerIdentity& caller, std::string_view path,
                    absl::Time now);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_EXPLAIN_H_
