#ifndef CERTGATE_SRC_ANALYSIS_EXPLAIN_H_
#define CERTGATE_SRC_ANALYSIS_EXPLAIN_H_

#include <absl/time/time.h>
#include <certgate/decision.h>
#include <certgate/peer_identity.h>

#include <optional>
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

/// An entry of a client set, and what of it does not hold.
struct ConsideredMember {
  const ClientSet* client = nullptr;
  const Entry* entry = nullptr;
  std::vector<Field> failed;
  bool has_expired = false;

  bool matches() const { return failed.empty() && !has_expired; }
};

/// A decision and how it came about. Borrows from the `PolicySource`.
struct Explanation {
  Decision decision;
  /// The rule that decided.
  std::optional<Rule> deciding;
  /// Under `no_matching_rule`, the allow entry that lacks least; it looks into client sets, which
  /// `decision.nearest` does not.
  std::optional<Rule> nearest;
  /// The method keys that match the path, the most specific first.
  std::vector<const MethodRules*> keys;
  /// The method key whose `mode` counts; null where it is the policy's own.
  const MethodRules* mode_key = nullptr;
  /// The entries of `revoked` that match, then those under `keys`: of each key first `deny`, then
  /// `allow`.
  std::vector<ConsideredRule> considered;
  /// The entries of all client sets, in the order of the file.
  std::vector<ConsideredMember> members;
  /// For a refusal that an entry came near to prevent: "`payments-team` needs ou `payments`; the
  /// certificate has `eng`". Else empty.
  std::string nearest_miss;
  /// Why, as a phrase for people: "no entry matches this caller".
  std::string because;
};

/// What the caller's certificate has for `field`, as `Decide` sees it at `now`.
std::vector<std::string> ValuesOf(const PeerIdentity& caller, Field field, absl::Time now);

/// The caller in a line: "cn `my-grpc-client`, ou `payments`".
std::string DescribeCaller(const PeerIdentity& caller, absl::Time now);

/// The reason of a decision as a phrase for people.
std::string DescribeReason(Reason reason);

/// Explains what `source.policy` (not null) decides. The decision is the policy's own. Thread-safe.
Explanation Explain(const PolicySource& source, const PeerIdentity& caller, std::string_view path,
                    absl::Time now);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_EXPLAIN_H_
