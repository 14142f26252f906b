#include "src/authorization/expiry_warnings.h"

#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;

const absl::Time kEnd =
    absl::FromCivil(absl::CivilSecond(2030, 5, 17, 12, 0, 0), absl::UTCTimeZone());

}  // namespace

TEST_CASE("a certificate that ends is told once at each threshold and once when it has ended") {
  ExpiryWarnings warnings;
  const std::vector<Expiry> all = {{Expiry::Kind::kServerCertificate, "`server.crt`", kEnd}};
  const std::vector<std::pair<absl::Duration, std::string>> steps = {
      {absl::Hours(30 * 24), "ends in 30 days, at 2030-05-17 12:00:00 UTC"},
      {absl::Hours(7 * 24), "ends in 7 days"},
      {absl::Hours(24), "ends in 24 hours"},
      {absl::ZeroDuration(), "has ended at 2030-05-17 12:00:00 UTC"}};
  CHECK(warnings.Due(all, kEnd - absl::Hours(31 * 24)).empty());
  for (const auto& [left, words] : steps) {
    CHECK(warnings.Due(all, kEnd - left - absl::Seconds(1)).empty());
    const auto due = warnings.Due(all, kEnd - left);
    REQUIRE(due.size() == 1);
    CHECK_THAT(due[0], ContainsSubstring("the server certificate `server.crt` " + words));
    CHECK_THAT(due[0], ContainsSubstring("renew it"));
    CHECK(warnings.Due(all, kEnd - left + absl::Seconds(1)).empty());
  }
  CHECK(warnings.Due(all, kEnd + absl::Hours(24 * 365)).empty());
}

TEST_CASE("CRLs are told within three days and one day and six hours") {
  ExpiryWarnings warnings;
  const std::vector<Expiry> all = {{Expiry::Kind::kCrl, "`ours.crl`", kEnd}};
  CHECK(warnings.Due(all, kEnd - absl::Hours(73)).empty());
  for (const int hours : {72, 24, 6, 0}) {
    CHECK(warnings.Due(all, kEnd - absl::Hours(hours) - absl::Seconds(1)).empty());
    CHECK(warnings.Due(all, kEnd - absl::Hours(hours)).size() == 1);
  }
}

TEST_CASE("several thresholds that have passed are one warning") {
  ExpiryWarnings warnings;
  const std::vector<Expiry> all = {{Expiry::Kind::kClientCa, "`ca.crt`, CN=ours", kEnd}};
  const auto due = warnings.Due(all, kEnd - absl::Minutes(90));
  REQUIRE(due.size() == 1);
  CHECK_THAT(due[0], ContainsSubstring("the client CA `ca.crt`, CN=ours ends in 90 minutes"));
  CHECK(warnings.Due(all, kEnd - absl::Minutes(1)).empty());
  CHECK(warnings.Due(all, kEnd).size() == 1);
}

TEST_CASE("a new certificate is told of again and what has gone is forgotten") {
  ExpiryWarnings warnings;
  const Expiry before = {Expiry::Kind::kAuthority, "corp", kEnd};
  const Expiry after = {Expiry::Kind::kAuthority, "corp", kEnd + absl::Hours(48)};
  const absl::Time now = kEnd - absl::Hours(1);
  CHECK(warnings.Due({before}, now).size() == 1);
  CHECK(warnings.Due({after}, now).size() == 1);
  CHECK(warnings.Due({after}, now).empty());
  CHECK(warnings.Due({before, after}, now).size() == 1);
  CHECK(warnings.Due({}, now).empty());
  CHECK(warnings.Due({before, before}, now).size() == 1);
}

TEST_CASE("what never ends is never told") {
  ExpiryWarnings warnings;
  CHECK(warnings.Due({{Expiry::Kind::kCrl, "`ours.crl`", absl::InfiniteFuture()}}, kEnd).empty());
}

}  // namespace certgate
