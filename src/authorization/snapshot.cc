#include "src/authorization/snapshot.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>
#include <vector>

#include "src/identity/authority.h"
#include "src/identity/trust_anchors.h"

namespace certgate {
namespace {

bool HasAuthoritiesOf(const Trust& trust, const Policy& policy) {
  const std::vector<Authority>& ours = trust.authorities();
  const std::vector<Authority>& wanted = policy.authorities();
  return std::equal(ours.begin(), ours.end(), wanted.begin(), wanted.end(),
                    [](const Authority& left, const Authority& right) {
                      return left.name == right.name &&
                             left.anchors->keys() == right.anchors->keys();
                    });
}

absl::Status RefuseGaps(const IssuerGaps& gaps, std::size_t roots) {
  std::string message = absl::StrCat(
      "the client CA file holds ", roots, " roots, and ", gaps.count,
      gaps.count == 1 ? " entry of the policy selects" : " entries of the policy select",
      " callers by `cn`, `ou`, `o` or `serial` alone, which each root can issue alike:");
  for (const IssuerGaps::Gap& gap : gaps.first) {
    absl::StrAppend(&message, "\n  line ", gap.line, ": ", gap.selector);
  }
  if (gaps.count > gaps.first.size()) {
    absl::StrAppend(&message, "\n  and ", gaps.count - gaps.first.size(), " more");
  }
  absl::StrAppend(&message,
                  "\nname the roots under `authorities`, each with its `ca_file`, and add `issuer: "
                  "NAME` to each of these entries; or leave one root in the client CA file");
  return absl::FailedPreconditionError(message);
}

}  // namespace

absl::Status CheckTogether(const Policy& policy, const Trust& trust) {
  if (!HasAuthoritiesOf(trust, policy)) {
    return absl::InvalidArgumentError(
        "the trust was loaded for another policy, with other authorities: load it with this one");
  }
  if (trust.root_count() > 1 && policy.issuer_gaps().count > 0) {
    return RefuseGaps(policy.issuer_gaps(), trust.root_count());
  }
  return absl::OkStatus();
}

absl::Time HoldsUntil(const Policy& policy, const StandingIdentity& identity, absl::Time now) {
  absl::Time until = std::min(identity.until, policy.next_expiry(now));
  const auto bound = [&](absl::Time not_before, absl::Time not_after) {
    // Both ends of a validity are inclusive: the first moment behind it is another one.
    const absl::Duration next = absl::Nanoseconds(1) / 4;
    if (now < not_before) until = std::min(until, not_before);
    if (now <= not_after && not_after < absl::InfiniteFuture()) {
      until = std::min(until, not_after + next);
    }
  };
  const CertificateSummary& certificate = identity.identity.certificate;
  bound(certificate.not_before, certificate.not_after);
  for (const VouchingAuthority& authority : identity.identity.authorities) {
    bound(authority.not_before, authority.not_after);
  }
  return until;
}

absl::Time ReconsiderAt(absl::Time until, absl::Time now) {
  return std::max(until, now + absl::Milliseconds(1));
}

}  // namespace certgate
