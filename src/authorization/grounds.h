#ifndef CERTGATE_SRC_AUTHORIZATION_GROUNDS_H_
#define CERTGATE_SRC_AUTHORIZATION_GROUNDS_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <certgate/decision.h>
#include <certgate/peer_identity.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "src/authorization/snapshot.h"
#include "src/counting/striped_counter.h"
#include "src/identity/known_certificate.h"

namespace certgate {

class PreparedRecord;

/// What a decision rests on, and all that records tell of it. It holds for each call of the same
/// caller to the same path, under the same snapshot, in a stretch of time. Immutable once made, and
/// keeps no policy alive: its texts are its own.
struct Grounds {
  /// What was asked for.
  std::string path;
  /// Of the snapshot that decided.
  std::uint64_t generation = 0;
  /// The decision is the same from `from` until just before `until`.
  absl::Time from = absl::InfiniteFuture();
  absl::Time until = absl::InfinitePast();

  Decision decision;
  /// What the call gets if its record is written.
  absl::StatusCode code = absl::StatusCode::kInternal;
  /// The caller; null if there is no certificate that is accepted as an identity.
  std::shared_ptr<const StandingIdentity> standing;

  /// Of the decisions that are counted together with this one; belongs to the authorizer that made
  /// it, which alone may use it.
  StripedCounter* count = nullptr;

  // For records.
  std::string policy_name;
  std::string policy_version;
  std::string rule_name;
  std::string rule_owner;
  std::string rule_reason;
  std::string nearest_rule;
  /// Null where each record is encoded anew.
  std::shared_ptr<const PreparedRecord> prepared;

  bool HoldAt(std::uint64_t the_generation, absl::Time now) const noexcept {
    return generation == the_generation && from <= now && now < until;
  }
};

/// The status of a call about which `decision` was made; OK only if both its effect and its reason
/// admit it.
absl::StatusCode StatusCodeOf(const Decision& decision) noexcept;

/// Decides by `snapshot` about a call to `path` by the holder of `certificate`, which is null if
/// there is none. Throws std::bad_alloc.
Grounds Decide(const Snapshot& snapshot, const KnownCertificate* certificate, std::string_view path,
               absl::Time now);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_GROUNDS_H_
