#include <absl/time/clock.h>
#include <absl/time/time.h>

#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/der_writer.h"
#include "tests/unit/identity/trust_world.h"

// What is done where a CRL is missing, out of date or of no use, in both settings.

namespace certgate::testing {
namespace {

struct Findings {
  ChainFinding deny;
  ChainFinding on_missing;
  ChainFinding on_expired;
  ChainFinding both;
};

Findings FindAll(const Chained& chained, const std::vector<std::string>& crls) {
  const auto find = [&](RevocationFallback on_missing, RevocationFallback on_expired) {
    TrustSources sources = Sources(chained, crls);
    sources.on_missing = on_missing;
    sources.on_expired = on_expired;
    return Find(chained, sources);
  };
  constexpr auto kDeny = RevocationFallback::kDeny;
  constexpr auto kAllow = RevocationFallback::kAllow;
  return {find(kDeny, kDeny), find(kAllow, kDeny), find(kDeny, kAllow), find(kAllow, kAllow)};
}

bool AllUnknown(const Findings& found) {
  constexpr auto kUnknown = ChainStanding::kRevocationUnknown;
  return found.deny.standing == kUnknown && found.on_missing.standing == kUnknown &&
         found.on_expired.standing == kUnknown && found.both.standing == kUnknown;
}

const CrlRequest& Expired() {
  static const CrlRequest request{.next_update = absl::Now() - absl::Minutes(1)};
  return request;
}

TEST_CASE("a missing CRL is let pass only where that is asked for") {
  const Chained chained;
  const Findings found = FindAll(chained, {chained.root.IssueCrl({})});
  CHECK(found.deny.standing == ChainStanding::kRevocationUnknown);
  CHECK(found.deny.detail == "no usable CRL covers the certificate");
  CHECK(found.on_expired.standing == ChainStanding::kRevocationUnknown);
  CHECK(found.on_missing.standing == ChainStanding::kProven);
  CHECK(found.on_missing.detail.empty());
}

TEST_CASE("an expired CRL is let pass only where that is asked for") {
  const Chained chained;
  const Findings found =
      FindAll(chained, {chained.root.IssueCrl({}), chained.issuing.IssueCrl(Expired())});
  CHECK(found.deny.standing == ChainStanding::kRevocationUnknown);
  CHECK(found.deny.detail == "the CRL for the certificate has expired");
  CHECK(found.on_missing.standing == ChainStanding::kRevocationUnknown);
  CHECK(found.on_expired.standing == ChainStanding::kProven);
}

TEST_CASE("one level missing and the other expired needs both to be let pass") {
  const Chained chained;
  const Findings found = FindAll(chained, {chained.root.IssueCrl(Expired())});
  CHECK(found.deny.standing == ChainStanding::kRevocationUnknown);
  CHECK(found.on_missing.standing == ChainStanding::kRevocationUnknown);
  CHECK(found.on_missing.detail == "the CRL for the CA certificate at depth 1 has expired");
  CHECK(found.on_expired.standing == ChainStanding::kRevocationUnknown);
  CHECK(found.on_expired.detail == "no usable CRL covers the certificate");
  CHECK(found.both.standing == ChainStanding::kProven);
}

TEST_CASE("what an expired CRL lists is revoked whatever is let pass") {
  const Chained chained;
  CrlRequest request = Expired();
  request.serial_numbers = {"22"};
  const Findings found = FindAll(chained, {chained.issuing.IssueCrl(request)});
  for (const ChainFinding& one : {found.deny, found.on_missing, found.on_expired, found.both}) {
    CHECK(one.standing == ChainStanding::kRevoked);
  }
}

TEST_CASE("a CRL that cannot be believed is never let pass") {
  const Chained chained;
  const std::string root = chained.root.IssueCrl({});
  const std::string unknown = der::Extension("1.2.3.4.5", true, der::Value(5, ""));
  const auto scope = [](unsigned field) {
    return CrlRequest{.extra_extensions = {der::Extension(
                          "issuingDistributionPoint", true,
                          der::Sequence(der::Value(der::kContext | field, "\xFF")))}};
  };
  CHECK(AllUnknown(FindAll(
      chained, {root, chained.issuing.IssueCrl({.this_update = absl::Now() + absl::Hours(1)})})));
  CHECK(AllUnknown(
      FindAll(chained, {root, chained.issuing.IssueCrl({.extra_extensions = {unknown}})})));
  CHECK(AllUnknown(FindAll(chained, {root, chained.issuing.IssueCrl({}, &chained.root)})));
  CHECK(AllUnknown(FindAll(chained, {root, chained.issuing.IssueCrl(scope(2))})));
  // OpenSSL passes it over, as if there were none.
  CHECK(AllUnknown(FindAll(chained, {root, chained.issuing.IssueCrl(scope(4))})));
}

TEST_CASE("a fault of the chain stands above what is unknown and below what is revoked") {
  const Chained chained;
  const CertificateAuthority other("other CA");
  TrustSources sources = Sources(chained, {});
  sources.client_ca_pem = other.certificate_pem();
  CHECK(Find(chained, sources).standing == ChainStanding::kUnproven);
  sources = Sources(chained, {chained.issuing.IssueCrl({.serial_numbers = {"22"}})});
  sources.client_ca_pem = other.certificate_pem();
  CHECK(Find(chained, sources).standing == ChainStanding::kRevoked);
}

TEST_CASE("an anchor that its issuer revokes is an anchor no more") {
  const Chained chained;
  const absl::Time now = absl::Now();
  const std::string old =
      chained.root.IssueCrl({.serial_numbers = {"11"}, .this_update = now - absl::Hours(2)});
  const std::string issuing = chained.issuing.IssueCrl({});
  TrustSources sources = Sources(chained, {old, issuing});
  sources.client_ca_pem += chained.chain;
  const ChainFinding revoked = Find(chained, sources);
  CHECK(revoked.standing == ChainStanding::kRevoked);
  CHECK(revoked.detail == "the CA certificate that the chain ends at is revoked by its issuer");
  CHECK(Make(sources)->doubts().size() == 1);
  // A newer one takes it back, from its own beginning on.
  sources.crls.push_back({"new.crl", chained.root.IssueCrl({.this_update = now})});
  CHECK(Find(chained, sources, now + absl::Seconds(1)).standing == ChainStanding::kProven);
  CHECK(Find(chained, sources, now - absl::Seconds(2)).standing == ChainStanding::kRevoked);
}

TEST_CASE("a CRL that is configured is asked even where nothing else says so") {
  const Chained chained;
  TrustSources sources = Sources(chained, {chained.issuing.IssueCrl({.serial_numbers = {"22"}})});
  sources.check_revocation = false;
  CHECK(Make(sources)->checks_revocation());
  CHECK(Find(chained, sources).standing == ChainStanding::kRevoked);
}

}  // namespace
}  // namespace certgate::testing
