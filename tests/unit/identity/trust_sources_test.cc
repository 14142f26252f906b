#include <absl/strings/match.h>
#include <absl/time/clock.h>
#include <absl/time/time.h>
#include <openssl/err.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/unit/identity/trust_world.h"

// What files are refused, what is said of those that are taken, and how they are shared.

namespace certgate::testing {
namespace {

TrustSources Ca(const std::string& pem) {
  TrustSources sources;
  sources.client_ca_pem = pem;
  return sources;
}

bool HasDoubt(const Trust& trust, const std::string& doubt) {
  return std::find(trust.doubts().begin(), trust.doubts().end(), doubt) != trust.doubts().end();
}

TEST_CASE("a CA file that cannot be used is named with what is wrong in it") {
  const CertificateAuthority root("root CA");
  CHECK(WhyNot(Ca("")) == "the client CA file `ca.pem` holds no PEM certificate");
  CHECK(WhyNot(Ca(root.certificate_pem() +
                  "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")) ==
        "the client CA file `ca.pem`: certificate 2 is damaged");
}

TEST_CASE("a CRL file that cannot be used is named with what is wrong in it") {
  const Chained chained;
  CHECK(WhyNot(Sources(chained, {"garbage"})) == "the CRL file `1.crl` holds no CRL");
  CHECK(
      WhyNot(Sources(chained, {chained.root.IssueCrl({}), chained.root.IssueCrl({}) + "-----"})) ==
      "the CRL file `2.crl` holds a PEM block that is damaged");
}

TEST_CASE("a CRL that its issuer has not signed is refused") {
  const Chained chained;
  const std::string forged = chained.root.IssueCrl({}, &chained.issuing);
  CHECK(WhyNot(Sources(chained, {forged})) ==
        "the CRL in `1.crl` is not signed by its issuer `CN=root CA`");
  // The same of an authority's CA.
  TrustSources sources = Sources(chained, {chained.issuing.IssueCrl({}, &chained.root)});
  CHECK(Make(sources)->doubts().size() == 1);
  sources.authorities = {NamedAuthority("shop", chained.chain)};
  CHECK(WhyNot(sources) == "the CRL in `1.crl` is not signed by its issuer `CN=issuing CA`");
  // One of two CAs of a name is enough.
  const CertificateAuthority twin("root CA");
  sources = Sources(chained, {twin.IssueCrl({})});
  CHECK_FALSE(Trust::Create(sources).ok());
  sources.client_ca_pem += twin.certificate_pem();
  CHECK(Trust::Create(sources).ok());
}

TEST_CASE("what works and looks wrong is a doubt") {
  const Chained chained;
  const absl::Time now = absl::Now();
  const auto trust =
      Make(Sources(chained, {chained.root.IssueCrl({.next_update = absl::InfiniteFuture()}),
                             chained.issuing.IssueCrl({.next_update = now - absl::Minutes(1)}),
                             chained.root.IssueCrl({.this_update = now + absl::Hours(1)})}));
  CHECK(trust->doubts().size() == 5);
  CHECK(HasDoubt(*trust,
                 "the CRL of `CN=root CA` in `1.crl` does not say when the next one is due: nobody "
                 "will notice that it is old"));
  CHECK(HasDoubt(*trust,
                 "the CRL in `2.crl` is of `CN=issuing CA`, which is neither a client CA nor an "
                 "authority"));
  CHECK(HasDoubt(*trust, "the CRL of `CN=issuing CA` in `2.crl` has expired: fetch the next one"));
  CHECK(HasDoubt(*trust,
                 "the CRLs in `1.crl` and `3.crl` are both of `CN=root CA`: the newer one "
                 "counts"));
  CHECK(HasDoubt(*trust, "the CRL of `CN=root CA` in `3.crl` is not yet valid: check the clock"));
  CHECK(Make(Sources(chained, {chained.root.IssueCrl({})}))->doubts().empty());
}

TEST_CASE("it is known when each CA and CRL ends") {
  const absl::Time end = Start() + absl::Hours(30);
  const CertificateAuthority root(
      AuthorityRequest{.common_name = "root CA", .not_after = end + absl::Hours(1)});
  TrustSources sources = Ca(root.certificate_pem());
  sources.authorities = {NamedAuthority("corp", root.certificate_pem())};
  sources.crls = {{"root.crl", root.IssueCrl({.next_update = end})}};
  const auto trust = Make(std::move(sources));
  REQUIRE(trust->expiries().size() == 3);
  const auto& expiries = trust->expiries();
  CHECK(expiries[0].kind == TrustExpiry::Kind::kClientCa);
  CHECK(expiries[0].name == "ca.pem: CN=root CA");
  CHECK(expiries[0].at == end + absl::Hours(1));
  CHECK(expiries[1].kind == TrustExpiry::Kind::kAuthority);
  CHECK(expiries[1].name == "corp: CN=root CA");
  CHECK(expiries[2].kind == TrustExpiry::Kind::kCrl);
  CHECK(expiries[2].name == "root.crl: CN=root CA");
  CHECK(expiries[2].at == end);
}

TEST_CASE("roots are counted by name and key") {
  const CertificateAuthority one("root CA");
  const CertificateAuthority other("root CA");
  const CertificateAuthority below("issuing CA", one);
  CHECK(Make(Ca(one.certificate_pem() + one.certificate_pem()))->root_count() == 1);
  CHECK(Make(Ca(one.certificate_pem() + below.certificate_pem()))->root_count() == 1);
  CHECK(Make(Ca(one.certificate_pem() + other.certificate_pem()))->root_count() == 2);
  CHECK(Make(Ca(other.certificate_pem() + below.certificate_pem()))->root_count() == 2);
}

TEST_CASE("what is no certificate or too much is unproven at any time") {
  const Chained chained;
  const auto trust = Make(Sources(chained, {}));
  std::string many;
  for (int i = 0; i < 17; ++i) many += chained.chain;
  const std::string big(200'000, 'x');
  const auto detail = [&](const std::string& leaf, const std::string& chain) {
    const ChainFinding finding = trust->Verify(leaf, chain, absl::Now());
    CHECK(finding.standing == ChainStanding::kUnproven);
    CHECK(finding.from == absl::InfinitePast());
    CHECK(finding.until == absl::InfiniteFuture());
    return finding.detail;
  };
  CHECK(detail("", "") == "the certificate cannot be read");
  CHECK(detail("garbage", "") == "the certificate cannot be read");
  CHECK(detail(big, "") == "the certificate is over 128 KiB");
  CHECK(detail(chained.leaf, "garbage") == "the chain that was presented cannot be read");
  CHECK(detail(chained.leaf, big) == "the chain that was presented is over 128 KiB");
  CHECK(detail(chained.leaf, many) == "the chain that was presented has over 16 certificates");
}

TEST_CASE("the error queue of openssl is left as it was") {
  const Chained chained;
  const auto trust = Make(Sources(chained, {chained.root.IssueCrl({})}));
  ERR_clear_error();
  trust->Verify(chained.leaf, chained.chain, absl::Now());
  trust->Verify("garbage", chained.chain, absl::Now());
  trust->Verify(CertificateAuthority("x").Issue("CN=y").certificate_pem, "", absl::Now());
  CHECK_FALSE(Trust::Create(Ca("garbage")).ok());
  CHECK_FALSE(Trust::Create(Sources(chained, {"0\x82garbage"})).ok());
  CHECK(ERR_peek_error() == 0);
}

TEST_CASE("threads share one trust and find the same") {
  const Chained chained;
  TrustSources sources =
      Sources(chained, {chained.root.IssueCrl({.serial_numbers = {"9", "8", "7"}}),
                        chained.issuing.IssueCrl({.serial_numbers = {"23", "5", "4"}})});
  sources.authorities = {NamedAuthority("corp", chained.root.certificate_pem()),
                         NamedAuthority("shop", chained.chain)};
  const auto trust = Make(std::move(sources));
  const std::string revoked = chained.issuing.Issue(Client("23")).certificate_pem;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        const ChainFinding good = trust->Verify(chained.leaf, chained.chain, absl::Now());
        const ChainFinding bad = trust->Verify(revoked, chained.chain, absl::Now());
        if (good.standing != ChainStanding::kProven || good.authorities.size() != 2 ||
            bad.standing != ChainStanding::kRevoked) {
          ++wrong;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace certgate::testing
