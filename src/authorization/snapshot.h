#ifndef CERTGATE_SRC_AUTHORIZATION_SNAPSHOT_H_
#define CERTGATE_SRC_AUTHORIZATION_SNAPSHOT_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <certgate/policy.h>

#include <cstdint>
#include <memory>
#include <string_view>

#include "src/identity/known_certificate.h"
#include "src/identity/trust.h"

namespace certgate {

/// Policy and trust as they are in force together. Immutable.
struct Snapshot {
  std::uint64_t generation = 0;
  /// Never null.
  std::shared_ptr<const Policy> policy;
  std::shared_ptr<const Trust> trust;
};

/// Whether `trust` may decide together with `policy`. InvalidArgument if it was not loaded for that
/// policy's authorities; FailedPrecondition, with the entries and what to do, if it has several
/// roots while entries select by what each root can issue alike.
absl::Status CheckTogether(const Policy& policy, const Trust& trust);

/// The moment after `now` until just before which `policy` decides about the caller as it does at
/// `now`: when anything begins or ends that the decision, or its record, depends on.
absl::Time HoldsUntil(const Policy& policy, const StandingIdentity& identity, absl::Time now);

/// When to look again at a call that was let in at `now` by a decision that holds until `until`:
/// after `now`, so that no call is due at once for ever.
absl::Time ReconsiderAt(absl::Time until, absl::Time now);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_SNAPSHOT_H_
