#ifndef CERTGATE_TESTS_UNIT_POLICY_EVALUATOR_H_
#define CERTGATE_TESTS_UNIT_POLICY_EVALUATOR_H_

#include <absl/time/time.h>
#include <certgate/decision.h>
#include <certgate/peer_identity.h>

#include <string>

#include "src/policy/document.h"

namespace certgate::testing {

/// The meaning of a policy written down a second time, as plainly as possible: it walks all rules
/// and shares no code with the policy engine. Slow, recursive, and only for comparison.
Decision EvaluatePlainly(const PolicyDocument& document, const PeerIdentity& caller,
                         const std::string& path, absl::Time now);

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_POLICY_EVALUATOR_H_
