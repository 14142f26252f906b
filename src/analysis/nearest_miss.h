#ifndef CERTGATE_SRC_ANALYSIS_NEAREST_MISS_H_
#define CERTGATE_SRC_ANALYSIS_NEAREST_MISS_H_

#include <absl/time/time.h>
#include <certgate/decision.h>
#include <certgate/peer_identity.h>

#include <string>

#include "src/analysis/explain.h"

namespace certgate {

/// What the considered rule `index` asks for and the caller does not have: "`payments-team` needs
/// ou `payments`; the certificate has `eng`". For a client set it goes on with the member of the
/// set that came nearest.
std::string DescribeMiss(const Explanation& explanation, RuleIndex index,
                         const PeerIdentity& caller, absl::Time now);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_NEAREST_MISS_H_
