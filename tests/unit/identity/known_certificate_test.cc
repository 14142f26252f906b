#include "src/identity/known_certificate.h"

#include <absl/time/clock.h>

#include <memory>
#include <string>
#include <vector>

#include "src/identity/identity_cache.h"
#include "src/identity/trust_anchors.h"
#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"

namespace certgate::testing {
namespace {

// A caller behind an intermediate of the root `corp`.
struct Chained {
  CertificateAuthority root{"root CA"};
  CertificateAuthority intermediate{"intermediate CA", root};
  std::string leaf = intermediate.Issue("CN=app").certificate_pem;

  std::shared_ptr<const Trust> Trusting(const CertificateAuthority& ca) const {
    TrustSources sources;
    sources.client_ca_name = "ca.crt";
    sources.client_ca_pem = ca.certificate_pem();
    sources.authorities = {{"corp", *TrustAnchors::Parse(ca.certificate_pem())}};
    return *Trust::Create(std::move(sources));
  }
  const std::shared_ptr<const Trust> trust = Trusting(root);
};

ChainStanding StandingOf(const std::shared_ptr<const KnownCertificate>& known, const Trust& trust) {
  return known->Under(trust, absl::Now())->identity.standing;
}

TEST_CASE("a resumed session keeps what the full handshake proved") {
  const Chained chained;
  IdentityCache<KnownCertificate> cache(8);
  const auto full = cache.Find(chained.leaf, chained.intermediate.certificate_pem());
  const auto found = full->Under(*chained.trust, absl::Now());
  CHECK(found->identity.standing == ChainStanding::kProven);
  REQUIRE(found->identity.authorities.size() == 1);
  CHECK(found->identity.authorities.front().name == "corp");
  CHECK(cache.Find(chained.leaf, "") == full);
}

TEST_CASE("a chain that comes later proves what was not proved before") {
  const Chained chained;
  IdentityCache<KnownCertificate> cache(8);
  const auto bare = cache.Find(chained.leaf, "");
  CHECK(StandingOf(bare, *chained.trust) == ChainStanding::kUnproven);
  const auto full = cache.Find(chained.leaf, chained.intermediate.certificate_pem());
  CHECK(StandingOf(full, *chained.trust) == ChainStanding::kProven);
  CHECK(cache.Find(chained.leaf, "") == full);
  CHECK(cache.figures().size == 1);
  // Read once, whatever comes with it.
  CHECK(full->reading() == bare->reading());
}

TEST_CASE("another chain of the same certificate is looked at and takes the place of the first") {
  const Chained chained;
  const CertificateAuthority other("other CA");
  IdentityCache<KnownCertificate> cache(8);
  const auto held = cache.Find(chained.leaf, chained.intermediate.certificate_pem());
  const auto later = cache.Find(chained.leaf, other.certificate_pem());
  CHECK(StandingOf(later, *chained.trust) == ChainStanding::kUnproven);
  CHECK(cache.Find(chained.leaf, "") == later);
  // Who holds the first one is not concerned.
  CHECK(StandingOf(held, *chained.trust) == ChainStanding::kProven);
}

TEST_CASE("a certificate is verified once for each trust and stretch of time") {
  const Chained chained;
  const KnownCertificate known(chained.leaf, chained.intermediate.certificate_pem());
  const absl::Time now = absl::Now();
  const auto found = known.Under(*chained.trust, now);
  CHECK(known.Under(*chained.trust, now) == found);
  CHECK(known.Under(*chained.trust, found->until - absl::Nanoseconds(1)) == found);
  const auto later = known.Under(*chained.trust, found->until);
  CHECK(later != found);
  CHECK(later->from == found->until);

  const CertificateAuthority other("other CA");
  const auto distrusted = known.Under(*chained.Trusting(other), now);
  CHECK(distrusted->identity.standing == ChainStanding::kUnproven);
  CHECK(known.Under(*chained.trust, now)->identity.standing == ChainStanding::kProven);
}

TEST_CASE("a certificate that is refused as an identity stands nowhere") {
  const Chained chained;
  const KnownCertificate known("garbage", "");
  CHECK(known.Under(*chained.trust, absl::Now()) == nullptr);
  CHECK_FALSE(known.reading()->rejection.empty());
}

}  // namespace
}  // namespace certgate::testing
