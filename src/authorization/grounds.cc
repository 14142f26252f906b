#include "src/authorization/grounds.h"

#include <utility>

namespace certgate {
namespace {

void Describe(const Policy& policy, Grounds& grounds) {
  grounds.policy_name = policy.name();
  grounds.policy_version = policy.version();
  if (grounds.decision.rule.has_value()) {
    RuleDescription rule = policy.Describe(*grounds.decision.rule);
    grounds.rule_name = std::move(rule.name);
    grounds.rule_owner = rule.owner;
    grounds.rule_reason = rule.reason;
  }
  if (grounds.decision.nearest.has_value()) {
    grounds.nearest_rule = policy.Describe(*grounds.decision.nearest).name;
  }
}

}  // namespace

absl::StatusCode StatusCodeOf(const Decision& decision) noexcept {
  switch (decision.reason) {
    case Reason::kAllowed:
    case Reason::kWouldDeny:
      // Both say the same; a decision that does not is not one to act on.
      return decision.effect == Effect::kAllow ? absl::StatusCode::kOk
                                               : absl::StatusCode::kInternal;
    case Reason::kNoMatchingRule:
    case Reason::kMethodNotListed:
    case Reason::kDeniedByRule:
    case Reason::kMalformedMethod:
      return absl::StatusCode::kPermissionDenied;
    case Reason::kNoCertificate:
    case Reason::kIdentityRejected:
    case Reason::kCertificateExpired:
    case Reason::kCertificateNotYetValid:
    case Reason::kCertificateRevoked:
    case Reason::kRevocationUnknown:
    case Reason::kIssuerUnproven:
      return absl::StatusCode::kUnauthenticated;
    case Reason::kAuditUnavailable:
      return absl::StatusCode::kUnavailable;
    case Reason::kInternalError:
      break;
  }
  return absl::StatusCode::kInternal;
}

Grounds Decide(const Snapshot& snapshot, const KnownCertificate* certificate, std::string_view path,
               absl::Time now) {
  const Policy& policy = *snapshot.policy;
  Grounds grounds;
  grounds.path = path;
  grounds.generation = snapshot.generation;
  if (certificate == nullptr) {
    grounds.decision.reason = Reason::kNoCertificate;
  } else if (grounds.standing = certificate->Under(*snapshot.trust, now);
             grounds.standing == nullptr) {
    grounds.decision.reason = Reason::kIdentityRejected;
  } else {
    grounds.decision = policy.Decide(grounds.standing->identity, path, now);
    // A clock may be set back. An inner failure may not come again, and holds for no other call.
    if (grounds.decision.reason != Reason::kInternalError) {
      grounds.from = now;
      grounds.until = HoldsUntil(policy, *grounds.standing, now);
    }
  }
  grounds.code = StatusCodeOf(grounds.decision);
  Describe(policy, grounds);
  return grounds;
}

}  // namespace certgate
