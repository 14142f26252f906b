#include "src/analysis/policy_diff.h"

#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/analysis/diffs.h"

// What concerns every call: revoked certificates and authorities.
namespace certgate::testing {
namespace {

constexpr char kCorp[] = "authorities: { corp: { ca_file: cas/corp-ca.crt } }\n";
constexpr char kPartner[] = "authorities: { corp: { ca_file: cas/partner-ca.crt } }\n";
constexpr char kBoth[] =
    "authorities: { corp: { ca_file: cas/corp-ca.crt }, partner: { ca_file: cas/partner-ca.crt } "
    "}\n";

TEST_CASE("each certificate that is revoked or no longer revoked is named") {
  const std::string method = Method("{ cn: a }");
  const std::string revoked =
      "revoked: [{ serial: 0A1B2C, issuer: corp }, { serial: [D, E] }, { serial: F }]\n";
  const Compared compared(kBoth + method + "revoked: [{ serial: F }]\n", kBoth + method + revoked);
  CHECK(compared.wide() == Lines{"certificate serial `A1B2C` of `corp` is now refused everywhere",
                                 "certificate serial `D` or `E` is now refused everywhere"});
  CHECK(Compared(kBoth + method + revoked, kBoth + method).wide().size() == 3);
  CHECK(Compared(kBoth + method + revoked, kBoth + method + revoked).diff.IsEmpty());
}

TEST_CASE("with one authority an entry means the same with and without issuer") {
  CHECK(Compared(kCorp + Method("{ cn: a }"), kCorp + Method("{ cn: a, issuer: corp }"))
            .diff.IsEmpty());
  CHECK(
      Compared(kCorp + Method("{ any: true }"), kCorp + Method("{ issuer: corp }")).diff.IsEmpty());
}

TEST_CASE("an authority with another name is the same authority") {
  const std::string renamed = "authorities: { acme: { ca_file: cas/corp-ca.crt } }\n";
  CHECK(Compared(kCorp + Method("{ cn: a, issuer: corp }"),
                 renamed + Method("{ cn: a, issuer: acme }"))
            .diff.IsEmpty());
  const std::string swapped =
      "authorities: { corp: { ca_file: cas/partner-ca.crt }, partner: { ca_file: cas/corp-ca.crt "
      "} }\n";
  CHECK(Compared(kBoth + Method("{ cn: a, issuer: corp }"),
                 swapped + Method("{ cn: a, issuer: partner }"))
            .diff.IsEmpty());
  CHECK(Compared(kBoth + Method("{ cn: a, issuer: corp }"),
                 swapped + Method("{ cn: a, issuer: corp }"))
            .lines() == Lines{"/a.S/M: gains cn `a` and issuer `corp`",
                              "/a.S/M: loses cn `a` and issuer `partner`"});
}

TEST_CASE("an authority with other CA certificates is told") {
  const Compared compared(kCorp + Method("{ cn: a }"), kPartner + Method("{ cn: a }"));
  CHECK(compared.wide() ==
        Lines{"authority `corp` has other CA certificates: 1 CA certificate more that vouch, 1 CA "
              "certificate less: callers that only they vouch for are refused everywhere"});
  CHECK(compared.lines().empty());
}

TEST_CASE("a new authority lets its callers in by entries without issuer") {
  const Compared compared(kCorp + Method("{ cn: a }, { cn: b, issuer: corp }"),
                          kBoth + Method("{ cn: a }, { cn: b, issuer: corp }"));
  CHECK(compared.wide() ==
        Lines{"authority `partner` is new: entries without `issuer` hold for its callers too"});
  CHECK(compared.lines() == Lines{"/a.S/M: gains cn `a` and issuer `partner`"});
}

TEST_CASE("an authority that goes takes its callers along and is told once") {
  const Compared compared(kBoth + Method("{ cn: a }, { cn: b, issuer: partner }"),
                          kCorp + Method("{ cn: a }"));
  CHECK(compared.wide() ==
        Lines{"authority `partner` is gone: who got in as its caller is refused everywhere"});
  CHECK(compared.lines().empty());
}

TEST_CASE("the first authority and the last one change who counts at all") {
  const std::string plain = Method("{ cn: a }");
  CHECK(Compared(plain, kCorp + plain).wide() ==
        Lines{"authority `corp` is new: callers that no authority of the policy vouches for are "
              "refused everywhere now"});
  CHECK(Compared(plain, kCorp + plain).lines().empty());
  CHECK(Compared(kCorp + plain, plain).wide() ==
        Lines{"authority `corp` is gone: every caller that the server's client CAs let in counts "
              "now"});
}

TEST_CASE("what records will name otherwise is no change in meaning") {
  const Compared compared(
      Method("{ cn: a, id: one, owner: o }, { cn: b, reason: r }"),
      "clients: { s: [{ cn: a }] }\n" +
          Method("{ cn: b, reason: r }, { client: s, id: two, reason: because }"));
  CHECK(compared.diff.IsEmpty());
  CHECK(compared.diff.record_names == Lines{"rule `two` instead of `one`",
                                            "owner none instead of `o` for rule `two`",
                                            "reason `because` instead of none for rule `two`"});
}

}  // namespace
}  // namespace certgate::testing
