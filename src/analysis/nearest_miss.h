#ifndef CERTGATE_SRC_ANALYSIS_NEAREST_MISS_H_
#define CERTGATE_SRC_ANALYSIS_NEAREST_MISS_H_

#include <absl/time/time.h>
#include <certgate/decision.h>
#include <certgate/peer_identity.h>

#include <string>

#include "src/analysis/explain.h"

namespace certgate {

/// The considered allow entry that lacks least to match the caller, or null if there is none. Looks
/// into client sets, as the policy's own `Decision::nearest`, which must be quick, does not: an
/// entry for a set is as near as the set's nearest member.
const ConsideredRule* FindNearest(const Explanation& explanation);

/// What the rule `considered` asks for and the caller does not have: "`payments-team` needs
/// ou `payments`; the certificate has `eng`". For a client set it goes on with the member of the
/// set that came nearest.
std::string DescribeMiss(const Explanation& explanation, const ConsideredRule& considered,
                         const PeerIdentity& caller, absl::Time now);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_NEAREST_MISS_H_
