#ifndef CERTGATE_SRC_POLICY_MEMBERSHIP_H_
#define CERTGATE_SRC_POLICY_MEMBERSHIP_H_

#include <absl/time/time.h>

#include "src/policy/entry_index.h"
#include "src/policy/entry_table.h"
#include "src/policy/held_values.h"

namespace certgate {

/// Adds to `held`, which has all that the certificate alone makes true, the client sets that the
/// caller is a member of, directly or through other sets. Each set is added once, so that neither
/// long chains of sets nor many ways to the same set cost more than the sets themselves.
/// `first_group` is the group of the first client set and the section of them all.
void AddMemberships(const EntryTable& entries, const EntryIndex& index, GroupNumber first_group,
                    absl::Time now, HeldValues& held, DecisionWork& work);

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_MEMBERSHIP_H_
