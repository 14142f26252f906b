#include <absl/time/clock.h>
#include <absl/time/time.h>

#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/unit/identity/trust_world.h"

// Who vouches for a caller.

namespace certgate::testing {
namespace {

using Names = std::vector<std::string>;

Names NamesOf(const ChainFinding& finding) {
  Names names;
  for (const VouchingAuthority& one : finding.authorities) names.push_back(one.name);
  return names;
}

// Two roots that both stand behind one issuing CA; only the first is a client CA.
struct TwoWays {
  CertificateAuthority corp{"corp CA"};
  CertificateAuthority partner{"partner CA"};
  CertificateAuthority issuing{AuthorityRequest{.common_name = "issuing CA", .serial_number = "11"},
                               &corp};
  std::string by_partner = partner.CrossSign(issuing, {.serial_number = "77"});
  std::string leaf = issuing.Issue(Client("22")).certificate_pem;
  std::string chain = issuing.certificate_pem() + by_partner;

  TrustSources Sources(const std::vector<std::string>& crls) const {
    TrustSources sources;
    sources.client_ca_pem = corp.certificate_pem();
    sources.authorities = {NamedAuthority("corp", corp.certificate_pem()),
                           NamedAuthority("partner", partner.certificate_pem())};
    for (const std::string& crl : crls) sources.crls.push_back({"a.crl", crl});
    return sources;
  }
  ChainFinding Find(const TrustSources& sources) const {
    return Make(sources)->Verify(leaf, chain, absl::Now());
  }
};

TEST_CASE("authorities vouch in the order of the policy") {
  const TwoWays ways;
  TrustSources sources = ways.Sources({});
  CHECK(NamesOf(ways.Find(sources)) == Names{"corp", "partner"});
  std::swap(sources.authorities[0], sources.authorities[1]);
  CHECK(NamesOf(ways.Find(sources)) == Names{"partner", "corp"});
  CHECK(NamesOf(Make(sources)->Verify(ways.leaf, ways.issuing.certificate_pem(), absl::Now())) ==
        Names{"corp"});
}

TEST_CASE("an authority whose way is revoked does not vouch") {
  const TwoWays ways;
  const std::string corp = ways.corp.IssueCrl({});
  const std::string issuing = ways.issuing.IssueCrl({});
  const std::string revokes = ways.partner.IssueCrl({.serial_numbers = {"77"}});
  const ChainFinding both = ways.Find(ways.Sources({corp, issuing, ways.partner.IssueCrl({})}));
  CHECK(both.standing == ChainStanding::kProven);
  CHECK(NamesOf(both) == Names{"corp", "partner"});
  const ChainFinding one = ways.Find(ways.Sources({corp, issuing, revokes}));
  CHECK(one.standing == ChainStanding::kProven);
  CHECK(NamesOf(one) == Names{"corp"});
}

TEST_CASE("an authority of which nobody knows whether it is revoked makes the caller unknown") {
  const TwoWays ways;
  TrustSources sources = ways.Sources({ways.corp.IssueCrl({}), ways.issuing.IssueCrl({})});
  const ChainFinding missing = ways.Find(sources);
  CHECK(missing.standing == ChainStanding::kRevocationUnknown);
  CHECK(missing.detail ==
        "on the way to the authority `partner`: no usable CRL covers the CA certificate at "
        "depth 1");
  CHECK(NamesOf(missing) == Names{"corp"});
  sources.on_missing = RevocationFallback::kAllow;
  CHECK(ways.Find(sources).standing == ChainStanding::kProven);
  CHECK(NamesOf(ways.Find(sources)) == Names{"corp", "partner"});
  const std::string expired =
      ways.partner.IssueCrl({.next_update = absl::Now() - absl::Minutes(1)});
  sources.crls.push_back({"b.crl", expired});
  CHECK(ways.Find(sources).standing == ChainStanding::kRevocationUnknown);
  sources.on_expired = RevocationFallback::kAllow;
  CHECK(NamesOf(ways.Find(sources)) == Names{"corp", "partner"});
}

TEST_CASE("nobody vouches for a caller that is revoked or not proven") {
  const TwoWays ways;
  const ChainFinding revoked =
      ways.Find(ways.Sources({ways.issuing.IssueCrl({.serial_numbers = {"22"}})}));
  CHECK(revoked.standing == ChainStanding::kRevoked);
  CHECK(revoked.authorities.empty());
  TrustSources sources = ways.Sources({});
  sources.client_ca_pem = CertificateAuthority("other CA").certificate_pem();
  CHECK(ways.Find(sources).standing == ChainStanding::kUnproven);
  CHECK(ways.Find(sources).authorities.empty());
}

TEST_CASE("a caller cannot hide an authority by the order of what it shows") {
  const TwoWays ways;
  TrustSources sources = ways.Sources({});
  sources.client_ca_pem += ways.partner.certificate_pem();
  const auto trust = Make(sources);
  const std::string one = ways.issuing.certificate_pem();
  for (const std::string& chain : {one + ways.by_partner, ways.by_partner + one}) {
    CHECK(NamesOf(trust->Verify(ways.leaf, chain, absl::Now())) == Names{"corp", "partner"});
    // The tools find the same.
    CHECK(FindVouchingAuthorities(ways.leaf, chain, sources.authorities).size() == 2);
  }
  // What the CA file holds need not be shown, and what is shown does not cover it.
  TrustSources listed = sources;
  listed.client_ca_pem += ways.by_partner;
  CHECK(NamesOf(Make(listed)->Verify(ways.leaf, one, absl::Now())) == Names{"corp", "partner"});
}

TEST_CASE("an intermediate of the CA file need not be shown to an authority") {
  const Chained chained;
  TrustSources sources;
  sources.client_ca_pem = chained.root.certificate_pem() + chained.chain;
  sources.authorities = {NamedAuthority("corp", chained.root.certificate_pem())};
  CHECK(NamesOf(Make(sources)->Verify(chained.leaf, "", absl::Now())) == Names{"corp"});
}

TEST_CASE("an authority that is an intermediate revoked by its known issuer does not vouch") {
  const Chained chained;
  TrustSources sources = Sources(
      chained, {chained.root.IssueCrl({.serial_numbers = {"99"}}), chained.issuing.IssueCrl({})});
  sources.authorities = {NamedAuthority("shop", chained.chain)};
  CHECK(NamesOf(Find(chained, sources)) == Names{"shop"});
  // The caller is proven over another certificate of the issuing CA.
  const std::string again = chained.root.CrossSign(chained.issuing, {.serial_number = "12"});
  sources.crls[0].content = chained.root.IssueCrl({.serial_numbers = {"11"}});
  const ChainFinding found = Make(sources)->Verify(chained.leaf, again, absl::Now());
  CHECK(found.standing == ChainStanding::kProven);
  CHECK(found.authorities.empty());
}

TEST_CASE("an authority says when its chain is valid") {
  const absl::Time begin = Start() - absl::Seconds(50);
  const absl::Time end = Start() + absl::Seconds(100);
  const CertificateAuthority root("root CA");
  const CertificateAuthority partner(
      AuthorityRequest{.common_name = "partner CA", .not_before = begin, .not_after = end});
  TrustSources sources;
  sources.client_ca_pem = root.certificate_pem();
  sources.authorities = {NamedAuthority("partner", partner.certificate_pem())};
  const std::string cross = partner.CrossSign(root, {});
  const auto found =
      Make(sources)->Verify(root.Issue("CN=app").certificate_pem, cross, end + absl::Seconds(1));
  CHECK(found.standing == ChainStanding::kProven);
  REQUIRE(found.authorities.size() == 1);
  CHECK(found.authorities[0].not_before == begin);
  CHECK(found.authorities[0].not_after == end);
  CHECK_FALSE(IsVouching(found.authorities[0], end + absl::Seconds(1)));
}

}  // namespace
}  // namespace certgate::testing
