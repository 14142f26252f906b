#include <absl/strings/str_cat.h>
#include <absl/time/time.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/unit/identity/trust_world.h"

// From when until when a finding holds.

namespace certgate::testing {
namespace {

constexpr std::int64_t kSpan = 1000;

// A few moments of the next thousand seconds, so that many of them meet.
class Moments {
 public:
  explicit Moments(std::uint64_t seed) : random_(seed) {}
  absl::Time Any() {
    return Start() + absl::Seconds(static_cast<std::int64_t>(random_() % (kSpan / 20)) * 20);
  }
  absl::Time AnyBetweenSeconds() {
    return Start() + absl::Milliseconds(static_cast<std::int64_t>(random_() % (kSpan * 1000)));
  }
  // Begins and ends in order.
  std::pair<absl::Time, absl::Time> Span() {
    const absl::Time one = Any();
    const absl::Time other = Any();
    return {std::min(one, other), std::max(one, other) + absl::Seconds(7)};
  }
  bool OneIn(unsigned n) { return random_() % n == 0; }

 private:
  std::mt19937_64 random_;
};

AuthorityRequest Ca(Moments& moments, const std::string& name) {
  AuthorityRequest request{.common_name = name};
  if (moments.OneIn(2)) std::tie(request.not_before, request.not_after) = moments.Span();
  return request;
}

CrlRequest Crl(Moments& moments) {
  CrlRequest request;
  std::tie(request.this_update, request.next_update) = moments.Span();
  if (moments.OneIn(4)) request.serial_numbers = {"22"};
  if (moments.OneIn(4)) request.next_update = absl::InfiniteFuture();
  return request;
}

struct Scene {
  TrustSources sources;
  std::string leaf;
  std::string chain;
};

Scene MakeScene(Moments& moments) {
  const CertificateAuthority root(Ca(moments, "root CA"));
  const CertificateAuthority other(Ca(moments, "other CA"));
  const CertificateAuthority issuing(Ca(moments, "issuing CA"), &root);
  Scene scene;
  scene.leaf = issuing.Issue(Client("22")).certificate_pem;
  scene.chain = issuing.certificate_pem() + other.CrossSign(root, Ca(moments, ""));
  scene.sources.client_ca_pem = root.certificate_pem() + other.certificate_pem();
  scene.sources.client_ca_name = "ca.pem";
  scene.sources.authorities = {NamedAuthority("root", root.certificate_pem()),
                               NamedAuthority("other", other.certificate_pem()),
                               NamedAuthority("issuing", issuing.certificate_pem())};
  scene.sources.check_revocation = !moments.OneIn(4);
  if (moments.OneIn(3)) scene.sources.on_missing = RevocationFallback::kAllow;
  if (moments.OneIn(3)) scene.sources.on_expired = RevocationFallback::kAllow;
  if (scene.sources.check_revocation) {
    for (const CertificateAuthority* ca : {&root, &issuing, &issuing, &other}) {
      if (!moments.OneIn(5)) scene.sources.crls.push_back({"a.crl", ca->IssueCrl(Crl(moments))});
    }
  }
  return scene;
}

TrustSources Of(const CertificateAuthority& root) {
  TrustSources sources;
  sources.client_ca_pem = root.certificate_pem();
  return sources;
}

// All that holds for the window, as text.
std::string Written(const ChainFinding& finding) {
  std::string text =
      absl::StrCat(static_cast<int>(finding.standing), " ", finding.detail, " ",
                   absl::FormatTime(finding.from), " ", absl::FormatTime(finding.until));
  for (const VouchingAuthority& one : finding.authorities) {
    absl::StrAppend(&text, " ", one.name, " ", absl::FormatTime(one.not_before), " ",
                    absl::FormatTime(one.not_after));
  }
  return text;
}

TEST_CASE("a finding is the same at every time of its window") {
  std::vector<int> standings(4);
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Moments moments(seed);
    const Scene scene = MakeScene(moments);
    const auto trust = Make(scene.sources);
    const auto fresh = Make(scene.sources);
    for (int i = 0; i < 15; ++i) {
      const absl::Time now = moments.OneIn(2) ? moments.Any() : moments.AnyBetweenSeconds();
      const ChainFinding found = trust->Verify(scene.leaf, scene.chain, now);
      ++standings[static_cast<std::size_t>(found.standing)];
      REQUIRE(found.from <= now);
      REQUIRE(now < found.until);
      const absl::Time low = std::max(found.from, Start() - absl::Hours(1));
      const absl::Time high = std::min(found.until, Start() + absl::Hours(1));
      const std::vector<absl::Time> others = {low, high - absl::Nanoseconds(1),
                                              low + (high - low) / 3};
      for (const absl::Time other : others) {
        INFO("seed " << seed << ": " << absl::FormatTime(now) << " " << absl::FormatTime(other));
        REQUIRE(Written(fresh->Verify(scene.leaf, scene.chain, other)) == Written(found));
      }
    }
  }
  // All of them have been met.
  for (const int count : standings) CHECK(count > 10);
}

TEST_CASE("nothing holds longer than openssl would let it") {
  const absl::Time end = Start() + absl::Seconds(100);
  const Chained chained;
  TrustSources sources =
      Sources(chained, {chained.root.IssueCrl({}), chained.issuing.IssueCrl({.next_update = end})});
  const auto trust = Make(sources);
  const ChainFinding before =
      trust->Verify(chained.leaf, chained.chain, end - absl::Nanoseconds(1));
  CHECK(before.standing == ChainStanding::kProven);
  CHECK(before.until == end);
  const ChainFinding after = trust->Verify(chained.leaf, chained.chain, end);
  CHECK(after.standing == ChainStanding::kRevocationUnknown);
  CHECK(after.from == end);
}

TEST_CASE("a CA certificate ends at its last second and begins at its first") {
  const absl::Time begin = Start() + absl::Seconds(10);
  const absl::Time end = Start() + absl::Seconds(100);
  const CertificateAuthority root(
      AuthorityRequest{.common_name = "root CA", .not_before = begin, .not_after = end});
  const auto trust = Make(Of(root));
  const std::string leaf = root.Issue("CN=app").certificate_pem;
  const auto find = [&](absl::Time now) { return trust->Verify(leaf, "", now); };
  CHECK(find(begin - absl::Nanoseconds(1)).standing == ChainStanding::kUnproven);
  CHECK(find(begin - absl::Nanoseconds(1)).until == begin);
  CHECK(find(begin - absl::Nanoseconds(1)).detail ==
        "the CA certificate at depth 1 is not yet valid");
  CHECK(find(begin).standing == ChainStanding::kProven);
  CHECK(find(end - absl::Nanoseconds(1)).standing == ChainStanding::kProven);
  CHECK(find(end).standing == ChainStanding::kUnproven);
  CHECK(find(end).detail == "the CA certificate at depth 1 has expired");
}

TEST_CASE("the validity of the certificate itself is for the policy to judge") {
  const CertificateAuthority root("root CA");
  CertificateRequest request = Client("22");
  request.not_after = Start() - absl::Minutes(1);
  request.not_before = Start() - absl::Minutes(2);
  const auto trust = Make(Of(root));
  const ChainFinding found =
      trust->Verify(root.Issue(request).certificate_pem, "", Start() + absl::Seconds(1));
  CHECK(found.standing == ChainStanding::kProven);
  CHECK(found.from >= request.not_after);
}

TEST_CASE("a clock that no certificate can write proves nothing") {
  const CertificateAuthority root("root CA");
  const auto trust = Make(Of(root));
  const std::string leaf = root.Issue("CN=app").certificate_pem;
  for (const absl::Time now :
       {absl::InfinitePast(), absl::InfiniteFuture(), absl::FromUnixSeconds(-700'000'000),
        absl::FromCivil(absl::CivilDay(10000, 1, 1), absl::UTCTimeZone())}) {
    const ChainFinding found = trust->Verify(leaf, "", now);
    CHECK(found.standing == ChainStanding::kUnproven);
    CHECK(found.detail == "the clock is out of the range of certificates");
    CHECK(found.from <= now);
  }
}

}  // namespace
}  // namespace certgate::testing
