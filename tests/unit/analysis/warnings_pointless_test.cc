#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/analysis/warned.h"

namespace certgate::testing {
namespace {

// The first entry stands in line 6.
Strings Pointless(const std::string& entries, const std::string& before = {}) {
  return Warned(Allowing(entries, before), FindingRule::kPointlessEntry);
}

TEST_CASE("of two equal entries the later one is pointless") {
  CHECK(Pointless("      - { cn: a, ou: b }\n"
                  "      - { ou: b, cn: a, owner: me }\n") ==
        Strings{"7: entry `/a.S/M allow[2]` makes no difference: entry `/a.S/M allow[1]` in line 6 "
                "allows its callers already"});
}

TEST_CASE("a narrow entry beside a wide one is pointless wherever it stands") {
  const Strings first = Pointless("      - { cn: edge-1, ou: b }\n      - { cn: 'edge-*' }\n");
  REQUIRE(first.size() == 1);
  CHECK(first[0].starts_with("6: "));
  const Strings last = Pointless("      - { cn: 'edge-*' }\n      - { cn: edge-1, ou: b }\n");
  REQUIRE(last.size() == 1);
  CHECK(last[0].starts_with("7: "));
}

TEST_CASE("entries that differ in any field are not pointless") {
  CHECK(Pointless("      - { cn: a, ou: b }\n"
                  "      - { cn: a, ou: c }\n"
                  "      - { cn: b, ou: b }\n"
                  "      - { cn: [a, b], ou: [d, e] }\n"
                  "      - { cn: 'a*', ou: x }\n"
                  "      - { cn: { regex: 'a+' }, ou: w }\n")
            .empty());
}

TEST_CASE("an entry is named by its id") {
  CHECK(Pointless("      - { cn: a, id: first }\n      - { cn: a, id: second }\n") ==
        Strings{"7: entry `second` makes no difference: entry `first` in line 6 allows its callers "
                "already"});
}

TEST_CASE("patterns and regexes cover exact values") {
  CHECK(Pointless("      - { cn: { regex: 'edge-[0-9]+' } }\n      - { cn: edge-7 }\n").size() ==
        1);
  CHECK(Pointless("      - { cn: { regex: 'edge-[0-9]+' } }\n      - { cn: edge-x }\n").empty());
  CHECK(Pointless("      - { cn: '*-edge' }\n      - { cn: 'a-*-edge' }\n").size() == 1);
  CHECK(
      Pointless("      - { dns: '*.acme.example' }\n      - { dns: a.b.acme.example }\n").empty());
  CHECK(Pointless("      - { dns: '*.acme.example' }\n      - { dns: a.acme.example }\n").size() ==
        1);
  CHECK(Pointless("      - { cn: '*' }\n      - { cn: { regex: 'a+' } }\n").size() == 1);
  CHECK(Pointless("      - { cn: { regex: 'a+' } }\n      - { cn: { regex: 'a+' }, ou: b }\n")
            .size() == 1);
}

TEST_CASE("any caller makes every other entry pointless") {
  CHECK(Pointless("      - { any: true }\n      - { cn: a }\n      - { any: true, ou: b }\n")
            .size() == 2);
}

TEST_CASE("an entry that holds longer is not pointless") {
  CHECK(Pointless("      - { cn: a, expires: 2027-06-01 }\n      - { cn: a }\n").size() == 1);
  CHECK(Pointless("      - { cn: 'a*', expires: 2027-06-01 }\n      - { cn: a }\n").empty());
  CHECK(Pointless("      - { cn: 'a*', expires: 2027-06-01 }\n"
                  "      - { cn: a, expires: 2027-05-01 }\n")
            .size() == 1);
}

TEST_CASE("entries that have expired neither are pointless nor make others so") {
  CHECK(Pointless("      - { cn: a, expires: 2020-01-01 }\n"
                  "      - { cn: a, expires: 2020-01-01 }\n")
            .empty());
  CHECK(Pointless("      - { cn: a }\n      - { cn: a, expires: 2020-01-01 }\n").empty());
}

TEST_CASE("several entries together make a list pointless") {
  CHECK(Pointless("      - { cn: [a, b] }\n"
                  "      - { cn: a }\n"
                  "      - { cn: b }\n")
            .size() == 2);
  CHECK(Pointless("      - { cn: [a, c] }\n"
                  "      - { cn: [b, d] }\n"
                  "      - { cn: [a, b] }\n") ==
        Strings{"8: entry `/a.S/M allow[3]` makes no difference: entry `/a.S/M allow[1]` in line 6 "
                "and another allow its callers already"});
}

TEST_CASE("a wider method key makes an entry pointless and a narrower one does not") {
  const std::string body =
      "methods:\n"
      "  /a.b.S/M: { allow: [ { cn: x } ] }\n"
      "  /a.b.S/*: { allow: [ { cn: w }, { cn: x } ] }\n"
      "  /a.b.*: { allow: [ { cn: w } ] }\n"
      "  /a.bc.S/M: { allow: [ { cn: w } ] }\n"
      "  '*': { allow: [ { cn: z } ] }\n"
      "  /c.S/M: { allow: [ { cn: z }, { cn: x } ] }\n";
  CHECK(Warned(body, FindingRule::kPointlessEntry) ==
        Strings{"4: entry `/a.b.S/M allow[1]` makes no difference: entry `/a.b.S/* allow[2]` in "
                "line 5 allows its callers already",
                "5: entry `/a.b.S/* allow[1]` makes no difference: entry `/a.b.* allow[1]` in line "
                "6 allows its callers already",
                "9: entry `/c.S/M allow[1]` makes no difference: entry `* allow[1]` in line 8 "
                "allows its callers already"});
}

TEST_CASE("allow and deny do not make each other pointless") {
  CHECK(Warned("methods:\n"
               "  /a.S/M: { allow: [ { cn: 'a*' } ], deny: [ { cn: a }, { cn: a } ] }\n",
               FindingRule::kPointlessEntry) ==
        Strings{"4: entry `/a.S/M deny[2]` makes no difference: entry `/a.S/M deny[1]` in line 4 "
                "refuses its callers already"});
}

TEST_CASE("what is revoked need not be denied or revoked again") {
  CHECK(Warned("methods:\n"
               "  /a.S/M: { allow: [ { cn: a } ], deny: [ { serial: '0A', cn: b } ] }\n"
               "revoked:\n"
               "  - { serial: '0A' }\n"
               "  - { serial: 'a' }\n",
               FindingRule::kPointlessEntry) ==
        Strings{"4: entry `/a.S/M deny[1]` makes no difference: entry `revoked[1]` in line 6 "
                "refuses its callers already",
                "7: entry `revoked[2]` makes no difference: entry `revoked[1]` in line 6 revokes "
                "its certificates already"});
}

TEST_CASE("client sets are looked into") {
  const std::string clients =
      "clients:\n"
      "  ops: [ { ou: sre }, { client: oncall } ]\n"
      "  oncall: [ { ou: oncall }, { cn: pager } ]\n";
  // The first entry stands in line 9.
  CHECK(Pointless("      - { client: ops }\n"
                  "      - { cn: pager, ou: x }\n"
                  "      - { client: oncall }\n"
                  "      - { client: [oncall, ops] }\n"
                  "      - { client: ops, cn: w }\n",
                  clients)
            .size() == 4);
  CHECK(Pointless("      - { client: ops, cn: w }\n"
                  "      - { client: oncall }\n"
                  "      - { ou: sre, cn: x }\n",
                  clients)
            .empty());
  CHECK(Pointless("      - { ou: [sre, oncall] }\n"
                  "      - { cn: 'p*' }\n"
                  "      - { client: ops }\n",
                  clients) ==
        Strings{"11: entry `/a.S/M allow[3]` makes no difference: entry `/a.S/M allow[1]` in line "
                "9 and another allow its callers already"});
}

TEST_CASE("members of a client set that have expired do not count") {
  const std::string clients =
      "clients:\n"
      "  ops: [ { ou: sre, expires: 2020-01-01 }, { ou: oncall, expires: 2027-06-01 } ]\n";
  CHECK(Pointless("      - { client: ops }\n      - { ou: sre }\n", clients).empty());
  CHECK(Pointless("      - { client: ops }\n      - { ou: oncall }\n", clients) ==
        Strings{"8: entry `/a.S/M allow[1]` makes no difference: entry `/a.S/M allow[2]` in line 9 "
                "allows its callers already"});
  CHECK(Pointless("      - { ou: oncall }\n      - { client: ops }\n", clients).size() == 1);
  CHECK(Pointless("      - { client: ops }\n"
                  "      - { ou: oncall, expires: 2027-06-01 }\n",
                  clients)
            .size() == 1);
}

TEST_CASE("entries of one client set make each other pointless") {
  CHECK(Warned("clients:\n"
               "  edge:\n"
               "    - { cn: 'edge-*' }\n"
               "    - { cn: edge-1 }\n"
               "  other:\n"
               "    - { cn: edge-1 }\n"
               "methods:\n"
               "  /a.S/M: { allow: [ { client: edge, ou: a }, { client: other, ou: b } ] }\n",
               FindingRule::kPointlessEntry) ==
        Strings{"6: entry 2 of client `edge` makes no difference: entry 1 of client `edge` in line "
                "5 has its callers already"});
}

TEST_CASE("entries that are pointless only because of each other are not all named") {
  // Of the client set and its two members either may go, but not all.
  const Strings found = Pointless(
      "      - { client: both }\n"
      "      - { cn: a }\n"
      "      - { cn: b }\n",
      "clients:\n  both: [ { cn: a }, { cn: b } ]\n");
  CHECK(found.size() == 2);
  CHECK(found[0].starts_with("9: "));
  CHECK(found[1].starts_with("10: "));
}

TEST_CASE("an allow that is always denied is said to take no effect") {
  const std::string body =
      "methods:\n"
      "  /a.S/M: { allow: [ { cn: bad-1 }, { cn: good }, { cn: [bad-2, fine] } ] }\n"
      "  /a.S/*: { deny: [ { cn: 'bad-*', id: block } ] }\n";
  CHECK(
      Warned(body, FindingRule::kShadowedAllow) ==
      Strings{"4: entry `/a.S/M allow[1]` never takes effect: entry `block` in line 5 refuses all "
              "its callers"});
  CHECK(Warned(body, FindingRule::kPointlessEntry).empty());
}

TEST_CASE("a deny under a narrower key or for a shorter time does not beat an allow always") {
  CHECK(Warned("methods:\n"
               "  /a.S/M: { deny: [ { cn: a } ] }\n"
               "  /a.S/*: { allow: [ { cn: a }, { cn: b } ], deny: [ { cn: b, expires: 2027-06-01 "
               "} ] }\n",
               FindingRule::kShadowedAllow)
            .empty());
}

TEST_CASE("an allow for a certificate that is revoked takes no effect") {
  const std::string sha(64, 'a');
  CHECK(Warned("methods:\n  /a.S/M: { allow: [ { sha256: " + sha + ", cn: a } ] }\nrevoked:\n" +
                   "  - sha256: " + sha + "\n",
               FindingRule::kShadowedAllow) ==
        Strings{"4: entry `/a.S/M allow[1]` never takes effect: entry `revoked[1]` in line 6 "
                "refuses all its callers"});
}

TEST_CASE("an allow through a client set takes no effect if each member is denied") {
  const std::string clients = "clients:\n  bad: [ { cn: bad-1 }, { cn: bad-2, ou: x } ]\n";
  CHECK(Warned(clients +
                   "methods:\n"
                   "  /a.S/M: { allow: [ { client: bad } ], deny: [ { cn: bad-1 }, { ou: x } ] }\n",
               FindingRule::kShadowedAllow) ==
        Strings{"6: entry `/a.S/M allow[1]` never takes effect: entry `/a.S/M deny[1]` in line 6 "
                "and another refuse all its callers"});
  CHECK(Warned(clients +
                   "methods:\n  /a.S/M: { allow: [ { client: bad } ], deny: [ { cn: bad-1 } ] }\n",
               FindingRule::kShadowedAllow)
            .empty());
}

}  // namespace
}  // namespace certgate::testing
