#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/analysis/warned.h"

namespace certgate::testing {
namespace {

TEST_CASE("an entry that has expired is named with its date") {
  CHECK(Warned("clients:\n"
               "  ops: [ { ou: sre, expires: 2026-11-24 } ]\n"
               "methods:\n"
               "  /a.S/M:\n"
               "    allow:\n"
               "      - { client: ops }\n"
               "      - { cn: a, expires: 2025-11-24 }\n"
               "      - { cn: b, expires: 2026-11-22T23:59:59Z, id: b }\n"
               "      - { cn: c, expires: 2026-11-24T00:00:01Z }\n"
               "    deny:\n"
               "      - { cn: d, expires: 2026-11-23 }\n",
               FindingRule::kExpired) ==
        Strings{"4: entry 1 of client `ops` expired on 2026-11-24, less than a day ago: it matches "
                "nobody",
                "9: entry `/a.S/M allow[2]` expired on 2025-11-24, 365 days ago: it matches nobody",
                "10: entry `b` expired on 2026-11-22T23:59:59Z, 1 day ago: it matches nobody",
                "13: entry `/a.S/M deny[1]` expired on 2026-11-23, 1 day ago: it denies nobody"});
}

TEST_CASE("an entry that expires within thirty days is named with the days that are left") {
  CHECK(Warned("methods:\n"
               "  /a.S/M:\n"
               "    allow:\n"
               "      - { cn: a, expires: 2026-12-24 }\n"
               "      - { cn: b, expires: 2026-12-24T00:00:01Z }\n"
               "      - { cn: c, expires: 2026-11-25 }\n"
               "      - { cn: d, expires: 2026-11-24T12:00:00Z }\n"
               "      - { cn: e }\n",
               FindingRule::kExpiresSoon) ==
        Strings{"6: entry `/a.S/M allow[1]` expires on 2026-12-24, in 30 days: from then on it "
                "matches nobody",
                "8: entry `/a.S/M allow[3]` expires on 2026-11-25, in 1 day: from then on it "
                "matches nobody",
                "9: entry `/a.S/M allow[4]` expires on 2026-11-24T12:00:00Z, in less than a day: "
                "from then on it matches nobody"});
}

PolicySource WithAuthorities(const std::string& authorities, const std::string& rest) {
  return ParsePolicySource(
      "version: 1\nname: shop\n" + authorities + rest + "...\n",
      std::string(CERTGATE_SOURCE_DIR) + "/tests/data/policies/valid/here.yaml");
}

constexpr char kOne[] = "authorities:\n  corp: { ca_file: ../cas/corp-ca.crt }\n";
constexpr char kTwo[] =
    "authorities:\n"
    "  corp: { ca_file: ../cas/corp-ca.crt }\n"
    "  partner: { ca_file: ../cas/partner-ca.crt }\n";

TEST_CASE("a name without issuer is warned of when several authorities are named") {
  const std::string rest =
      "clients:\n"
      "  ops: [ { ou: sre }, { o: acme, issuer: corp } ]\n"
      "methods:\n"
      "  /a.S/M:\n"
      "    allow:\n"
      "      - { cn: a }\n"
      "      - { cn: a, issuer: corp }\n"
      "      - { dns: a.acme.example }\n"
      "      - { client: ops }\n"
      "    deny:\n"
      "      - { o: [x, z], uri: 'spiffe://acme.example/a' }\n"
      "revoked:\n"
      "  - { serial: '0A' }\n"
      "  - { serial: '0A', issuer: partner }\n";
  CHECK(Warned(WithAuthorities(kTwo, rest), FindingRule::kNameWithoutIssuer) ==
        Strings{"7: ou `sre` is taken from each of the 2 authorities",
                "11: cn `a` is taken from each of the 2 authorities",
                "16: o `x` or `z` is taken from each of the 2 authorities",
                "18: serial `A` is taken from each of the 2 authorities"});
}

TEST_CASE("with one authority or none the issuer need not be named") {
  const std::string rest = "methods:\n  /a.S/M: { allow: [ { cn: a } ] }\n";
  const PolicySource one = WithAuthorities(kOne, rest);
  REQUIRE(one.policy != nullptr);
  CHECK(Warned(one, FindingRule::kNameWithoutIssuer).empty());
  CHECK(Warned(rest, FindingRule::kNameWithoutIssuer).empty());
}

}  // namespace
}  // namespace certgate::testing
