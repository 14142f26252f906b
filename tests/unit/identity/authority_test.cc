#include "src/identity/authority.h"

#include <absl/time/clock.h>

#include <string>
#include <vector>

#include "src/identity/trust_anchors.h"
#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"

namespace certgate::testing {
namespace {

using certgate::Authority;

Authority Named(const std::string& name, const std::string& pem) {
  auto anchors = TrustAnchors::Parse(pem);
  REQUIRE(anchors.ok());
  return {name, *anchors};
}

Authority Named(const std::string& name, const CertificateAuthority& authority) {
  return Named(name, authority.certificate_pem());
}

std::vector<std::string> NamesOf(const std::vector<VouchingAuthority>& vouching) {
  std::vector<std::string> names;
  for (const VouchingAuthority& one : vouching) names.push_back(one.name);
  return names;
}

using Names = std::vector<std::string>;

TEST_CASE("an authority vouches for what its CA has issued, and for nothing else") {
  const CertificateAuthority corp("corp CA");
  const CertificateAuthority partner("partner CA");
  const std::vector<Authority> both = {Named("corp", corp), Named("partner", partner)};
  const std::string leaf = corp.Issue("CN=app").certificate_pem;
  CHECK(NamesOf(FindVouchingAuthorities(leaf, "", both)) == Names{"corp"});
  CHECK(FindVouchingAuthorities(leaf, "", {Named("partner", partner)}).empty());
  CHECK(FindVouchingAuthorities(leaf, "", {}).empty());
}

TEST_CASE("CAs of one name are told apart by their keys") {
  const CertificateAuthority one("Acme CA");
  const CertificateAuthority other("Acme CA");
  const std::vector<Authority> both = {Named("one", one), Named("other", other)};
  CHECK(NamesOf(FindVouchingAuthorities(one.Issue("CN=app").certificate_pem, "", both)) ==
        Names{"one"});
  CHECK(NamesOf(FindVouchingAuthorities(other.Issue("CN=app").certificate_pem, "", both)) ==
        Names{"other"});
}

TEST_CASE("an intermediate proves its root only where it is shown") {
  const CertificateAuthority root("root CA");
  const CertificateAuthority intermediate("issuing CA", root);
  const std::string leaf = intermediate.Issue("CN=app").certificate_pem;
  const std::vector<Authority> roots = {Named("corp", root)};
  CHECK(FindVouchingAuthorities(leaf, "", roots).empty());
  CHECK(NamesOf(FindVouchingAuthorities(leaf, intermediate.certificate_pem(), roots)) ==
        Names{"corp"});
  CHECK(NamesOf(FindVouchingAuthorities(leaf + intermediate.certificate_pem(), "", roots)) ==
        Names{"corp"});
}

TEST_CASE("an intermediate can be an authority of its own") {
  const CertificateAuthority root("root CA");
  const CertificateAuthority shop("shop CA", root);
  const CertificateAuthority till("till CA", root);
  const std::vector<Authority> shops = {Named("shop", shop)};
  CHECK(NamesOf(FindVouchingAuthorities(shop.Issue("CN=app").certificate_pem, "", shops)) ==
        Names{"shop"});
  CHECK(FindVouchingAuthorities(till.Issue("CN=app").certificate_pem, till.certificate_pem(), shops)
            .empty());
  const std::vector<Authority> all = {Named("corp", root), Named("shop", shop)};
  CHECK(NamesOf(FindVouchingAuthorities(shop.Issue("CN=app").certificate_pem,
                                        shop.certificate_pem(), all)) == Names{"corp", "shop"});
}

TEST_CASE("a leaf vouches for nobody") {
  const CertificateAuthority root("root CA");
  const MintedCertificate leaf = root.Issue("CN=root CA");
  CHECK_FALSE(TrustAnchors::Parse(leaf.certificate_pem).ok());
  // A caller that shows another's leaf as its chain proves nothing by it.
  const CertificateAuthority other("root CA");
  CHECK(FindVouchingAuthorities(other.Issue("CN=app").certificate_pem, leaf.certificate_pem,
                                {Named("corp", root)})
            .empty());
}

TEST_CASE("a chain is valid while every CA certificate of it is") {
  const absl::Time end = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now())) + absl::Hours(5);
  const CertificateAuthority root("root CA");
  const CertificateAuthority intermediate("issuing CA", root, end);
  CertificateRequest request;
  request.subject = {{.type = "CN", .value = "app"}};
  request.not_after = absl::Now() + absl::Hours(1);
  const auto vouching =
      FindVouchingAuthorities(intermediate.Issue(request).certificate_pem,
                              intermediate.certificate_pem(), {Named("corp", root)});
  REQUIRE(vouching.size() == 1);
  CHECK(vouching[0].not_after == end);
  CHECK(IsVouching(vouching[0], absl::Now()));
  CHECK(IsVouching(vouching[0], end));
  CHECK_FALSE(IsVouching(vouching[0], end + absl::Seconds(1)));
  CHECK_FALSE(IsVouching(vouching[0], absl::Now() - absl::Hours(25)));
}

TEST_CASE("what is no certificate or no chain has no authority") {
  const CertificateAuthority root("root CA");
  const std::vector<Authority> roots = {Named("corp", root)};
  const std::string leaf = root.Issue("CN=app").certificate_pem;
  CHECK(FindVouchingAuthorities("", "", roots).empty());
  CHECK(FindVouchingAuthorities("garbage", "", roots).empty());
  CHECK(FindVouchingAuthorities(leaf, "garbage", roots).empty());
  CHECK(FindVouchingAuthorities(leaf, std::string(200'000, 'x'), roots).empty());
  std::string long_chain;
  for (int i = 0; i < 17; ++i) long_chain += root.certificate_pem();
  CHECK(FindVouchingAuthorities(leaf, long_chain, roots).empty());
}

TEST_CASE("a CA file without a CA is refused with the reason") {
  const auto why = [](const std::string& pem) {
    return std::string(TrustAnchors::Parse(pem).status().message());
  };
  CHECK(why("") == "holds no PEM certificate");
  CHECK(why("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n") ==
        "certificate 1 is damaged");
  const CertificateAuthority root("root CA");
  CHECK(why(root.certificate_pem() + root.Issue("CN=app").certificate_pem) ==
        "certificate 2 is not that of a CA: it may issue no others");
  CHECK(TrustAnchors::Parse(root.certificate_pem() + root.certificate_pem()).ok());
}

// What the cache remembers of chains.

struct Chained {
  CertificateAuthority root{"root CA"};
  CertificateAuthority intermediate{"issuing CA", root};
  std::string leaf = intermediate.Issue("CN=app").certificate_pem;
};

}  // namespace
}  // namespace certgate::testing
