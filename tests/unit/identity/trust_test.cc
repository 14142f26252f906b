#include "src/identity/trust.h"

#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/unit/identity/trust_world.h"

namespace certgate::testing {
namespace {

TEST_CASE("a chain that is covered by CRLs is proven") {
  const Chained chained;
  const TrustSources sources =
      Sources(chained, {chained.root.IssueCrl({}), chained.issuing.IssueCrl({})});
  const auto trust = Make(sources);
  const ChainFinding finding = trust->Verify(chained.leaf, chained.chain, absl::Now());
  CHECK(finding.standing == ChainStanding::kProven);
  CHECK(finding.detail.empty());
  CHECK(trust->checks_revocation());
  CHECK(trust->root_count() == 1);
  CHECK(trust->client_ca_pem() == chained.root.certificate_pem());
  CHECK(trust->expiries().size() == 3);
}

TEST_CASE("a certificate that a CRL lists is revoked, on every level") {
  const Chained chained;
  const std::string root_crl = chained.root.IssueCrl({});
  const std::string root_revokes = chained.root.IssueCrl({.serial_numbers = {"10", "11"}});
  const std::string issuing_crl = chained.issuing.IssueCrl({});
  const std::string issuing_revokes = chained.issuing.IssueCrl({.serial_numbers = {"22", "33"}});
  const ChainFinding leaf = Find(chained, Sources(chained, {root_crl, issuing_revokes}));
  CHECK(leaf.standing == ChainStanding::kRevoked);
  CHECK(leaf.detail == "the certificate is revoked");
  const ChainFinding intermediate = Find(chained, Sources(chained, {root_revokes, issuing_crl}));
  CHECK(intermediate.standing == ChainStanding::kRevoked);
  CHECK(intermediate.detail == "the CA certificate at depth 1 is revoked");
}

TEST_CASE("without CRLs nothing is looked up unless that was asked for") {
  const Chained chained;
  TrustSources sources = Sources(chained, {});
  CHECK(Find(chained, sources).standing == ChainStanding::kRevocationUnknown);
  sources.check_revocation = false;
  CHECK(Find(chained, sources).standing == ChainStanding::kProven);
  CHECK_FALSE(Make(sources)->checks_revocation());
}

TEST_CASE("a certificate that is its own anchor needs a CRL like any other") {
  const Chained chained;
  TrustSources sources;
  sources.client_ca_pem = chained.leaf;
  CHECK(Find(chained, sources).standing == ChainStanding::kProven);
  sources.check_revocation = true;
  CHECK(Find(chained, sources).standing == ChainStanding::kRevocationUnknown);
  sources.crls = {{"1.crl", chained.issuing.IssueCrl({.serial_numbers = {"22"}})}};
  CHECK(Find(chained, sources).standing == ChainStanding::kRevoked);
  // Without its issuer nobody can tell whose the CRL is.
  sources.on_missing = RevocationFallback::kAllow;
  CHECK(Make(sources)->Verify(chained.leaf, "", absl::Now()).standing ==
        ChainStanding::kRevocationUnknown);
}

}  // namespace
}  // namespace certgate::testing
