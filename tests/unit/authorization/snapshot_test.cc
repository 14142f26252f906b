#include "src/authorization/snapshot.h"

#include <absl/time/clock.h>

#include <memory>
#include <string>

#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/trust.h"

namespace certgate::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

std::shared_ptr<const Policy> Parse(const std::string& methods, const std::string& above = "") {
  const PolicyLoad load =
      ParsePolicy("version: 1\nname: shop\n" + above + "methods:\n  /acme.Shop/Buy:\n    allow:\n" +
                      methods + "...\n",
                  "policy.yaml");
  INFO(Render(load.diagnostics));
  REQUIRE(load.policy != nullptr);
  return load.policy;
}

StandingIdentity StandingUntil(absl::Time until, absl::Time not_after) {
  StandingIdentity standing;
  standing.until = until;
  standing.identity.certificate.not_after = not_after;
  return standing;
}

}  // namespace

TEST_CASE("several roots and entries without an issuer do not go together and each is shown") {
  const std::string roots = CertificateAuthority("one CA").certificate_pem() +
                            CertificateAuthority("other CA").certificate_pem();
  const auto policy = Parse("      - cn: ada\n      - { ou: staff, o: acme }\n      - any: true\n");
  const absl::Status together = CheckTogether(*policy, *TrustIn(roots, *policy));
  CHECK(together.code() == absl::StatusCode::kFailedPrecondition);
  const std::string message(together.message());
  CHECK_THAT(message, ContainsSubstring("holds 2 roots, and 2 entries of the policy select"));
  CHECK_THAT(message, ContainsSubstring("line 6: cn: ada"));
  CHECK_THAT(message, ContainsSubstring("line 7: "));
  CHECK_THAT(message, ContainsSubstring("add `issuer: NAME`"));
  const auto anybody = Parse("      - any: true\n");
  CHECK(CheckTogether(*anybody, *TrustIn(roots, *anybody)).ok());
}

TEST_CASE("of many entries without an issuer ten are shown and the others counted") {
  const std::string roots = CertificateAuthority("one CA").certificate_pem() +
                            CertificateAuthority("other CA").certificate_pem();
  std::string entries;
  for (int i = 0; i < 13; ++i) entries += "      - cn: caller" + std::to_string(i) + "\n";
  const auto policy = Parse(entries);
  const std::string message(CheckTogether(*policy, *TrustIn(roots, *policy)).message());
  CHECK_THAT(message, ContainsSubstring("13 entries"));
  CHECK_THAT(message, ContainsSubstring("cn: caller9"));
  CHECK_THAT(message, !ContainsSubstring("cn: caller10"));
  CHECK_THAT(message, ContainsSubstring("and 3 more"));
}

TEST_CASE("a trust that was loaded for other authorities does not go with a policy") {
  const ScratchDirectory scratch;
  const CertificateAuthority one("one CA");
  const std::string ca = scratch.Write("one.crt", one.certificate_pem());
  const auto named = Parse("      - { cn: ada, issuer: one }\n",
                           "authorities:\n  one: { ca_file: \"" + ca + "\" }\n");
  const auto unnamed = Parse("      - cn: ada\n");
  CHECK(CheckTogether(*named, *TrustIn(one.certificate_pem(), *named)).ok());
  CHECK(CheckTogether(*named, *TrustIn(one.certificate_pem(), *unnamed)).code() ==
        absl::StatusCode::kInvalidArgument);
  CHECK(CheckTogether(*unnamed, *TrustIn(one.certificate_pem(), *named)).code() ==
        absl::StatusCode::kInvalidArgument);
}

TEST_CASE("a decision holds until the first thing ends on which it depends") {
  const absl::Time now = absl::FromCivil(absl::CivilDay(2030, 1, 1), absl::UTCTimeZone());
  const auto lasting = Parse("      - cn: ada\n");
  const auto ending = Parse("      - { cn: ada, expires: 2030-01-02 }\n");
  const absl::Time late = now + absl::Hours(24 * 30);
  CHECK(HoldsUntil(*lasting, StandingUntil(late, absl::InfiniteFuture()), now) == late);
  CHECK(HoldsUntil(*lasting, StandingUntil(absl::InfiniteFuture(), absl::InfiniteFuture()), now) ==
        absl::InfiniteFuture());
  const absl::Time expiry = HoldsUntil(*ending, StandingUntil(late, late), now);
  CHECK(expiry == ending->next_expiry(now));
  CHECK(expiry < late);
}

TEST_CASE("both ends of a validity belong to it") {
  const absl::Time now = absl::FromCivil(absl::CivilDay(2030, 1, 1), absl::UTCTimeZone());
  const absl::Time later = now + absl::Hours(1);
  const auto policy = Parse("      - cn: ada\n");
  StandingIdentity standing = StandingUntil(absl::InfiniteFuture(), later);
  CHECK(HoldsUntil(*policy, standing, now) > later);
  CHECK(HoldsUntil(*policy, standing, now) <= later + absl::Nanoseconds(1));
  CHECK(HoldsUntil(*policy, standing, later) <= later + absl::Nanoseconds(1));
  standing.identity.certificate.not_before = later;
  CHECK(HoldsUntil(*policy, standing, now) == later);
  CHECK(HoldsUntil(*policy, standing, later + absl::Hours(1)) == absl::InfiniteFuture());

  standing = StandingUntil(absl::InfiniteFuture(), absl::InfiniteFuture());
  standing.identity.authorities = {{"corp", absl::InfinitePast(), later}};
  CHECK(HoldsUntil(*policy, standing, later) > later);
  CHECK(HoldsUntil(*policy, standing, later) <= later + absl::Nanoseconds(1));
  standing.identity.authorities = {{"corp", later, absl::InfiniteFuture()}};
  CHECK(HoldsUntil(*policy, standing, now) == later);
}

TEST_CASE("a decision is never due at once again") {
  const absl::Time now = absl::Now();
  for (const absl::Time past : {absl::InfinitePast(), now - absl::Hours(1), now}) {
    CHECK(ReconsiderAt(past, now) == now + absl::Milliseconds(1));
  }
  CHECK(ReconsiderAt(now + absl::Hours(1), now) == now + absl::Hours(1));
}

}  // namespace certgate::testing
