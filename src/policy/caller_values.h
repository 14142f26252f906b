#ifndef CERTGATE_SRC_POLICY_CALLER_VALUES_H_
#define CERTGATE_SRC_POLICY_CALLER_VALUES_H_

#include <absl/time/time.h>
#include <certgate/peer_identity.h>

#include "src/policy/held_values.h"
#include "src/policy/pattern_index.h"
#include "src/policy/value_table.h"

namespace certgate {

/// The values of the policy that hold for `caller` at `now` by its certificate alone, memberships
/// of client sets not included. The work depends on the caller's attributes, not on the policy's
/// length.
HeldValues FindCallerValues(const PeerIdentity& caller, const ValueTable& values,
                            const PatternIndex& patterns, absl::Time now, DecisionWork& work);

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_CALLER_VALUES_H_
