#include "src/analysis/explain.h"

#include <string>

#include "src/analysis/claimed_caller.h"
#include "tests/support/catch2.h"
#include "tests/unit/analysis/sources.h"

namespace certgate::testing {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);  // 2027-01-15

PeerIdentity CallerOf(const PolicySource& source, const std::string& cn,
                      const std::vector<std::string>& ou = {}) {
  ClaimedCaller claimed;
  claimed.cn = cn;
  claimed.ou = ou;
  return std::get<PeerIdentity>(IdentityOf(claimed, source));
}

std::string MissOf(const std::string& entries, const std::string& cn,
                   const std::vector<std::string>& ou = {}, const std::string& clients = {}) {
  const PolicySource source = Allowing(entries, clients);
  return Explain(source, CallerOf(source, cn, ou), "/a.S/M", kNow).nearest_miss;
}

TEST_CASE("a refusal tells what the nearest entry needs and the certificate has") {
  CHECK(MissOf("      - { cn: app, ou: payments, id: payments-team }\n", "app", {"eng"}) ==
        "`payments-team` needs ou `payments`; the certificate has `eng`");
  CHECK(MissOf("      - { cn: app, ou: payments }\n", "app") ==
        "`/a.S/M allow[1]` needs ou `payments`; the certificate has none");
  CHECK(MissOf("      - { cn: app, ou: payments, id: team }\n", "other", {"eng", "ops"}) ==
        "`team` needs cn `app` and ou `payments`; the certificate has cn `other` and ou `eng` and "
        "`ops`");
}

TEST_CASE("an entry that has only expired is named with its end") {
  CHECK(MissOf("      - { cn: app, id: team, expires: 2027-01-01 }\n", "app") ==
        "`team` expired at 2027-01-01 00:00 UTC");
}

TEST_CASE("the nearest entry is found through client sets") {
  constexpr char kClients[] =
      "clients:\n  app:\n    - { cn: app, ou: payments }\n    - { cn: other, o: Acme, ou: x }\n";
  CHECK(MissOf("      - { cn: a, ou: b, o: c, id: far }\n      - { client: app, id: near }\n",
               "app", {"eng"}, kClients) ==
        "`near` needs client `app`; of `app`, line 5 needs ou `payments`; the certificate has "
        "`eng`");
}

TEST_CASE("all entries of the matching keys are considered, deny before allow") {
  const PolicySource source = SourceOf(
      "methods:\n"
      "  /a.S/*:\n    allow: [{ cn: app, id: wide }]\n    deny: [{ cn: bad, id: never }]\n"
      "  /a.S/M:\n    allow: [{ cn: app, ou: x, id: narrow }]\n"
      "  /b.S/M:\n    allow: [{ cn: app }]\n"
      "revoked:\n  - { serial: '0A', id: leaked }\n");
  const Explanation explanation = Explain(source, CallerOf(source, "app"), "/a.S/M", kNow);
  CHECK(explanation.decision.reason == Reason::kAllowed);
  REQUIRE(explanation.deciding.has_value());
  CHECK(explanation.deciding->name() == "wide");
  std::string names;
  for (const ConsideredRule& considered : explanation.considered) {
    names += considered.rule.name() + (considered.matches ? "+ " : "- ");
  }
  CHECK(names == "narrow- never- wide+ ");
  CHECK(explanation.keys.size() == 2);
  CHECK(explanation.nearest_miss.empty());
}

TEST_CASE("a revoked certificate is explained by its entry") {
  const PolicySource source =
      Allowing("      - any: true\n", "revoked:\n  - { serial: '00:0a', id: leaked }\n");
  ClaimedCaller claimed;
  claimed.cn = "app";
  claimed.serial = "A";
  const Explanation explanation =
      Explain(source, std::get<PeerIdentity>(IdentityOf(claimed, source)), "/a.S/M", kNow);
  CHECK(explanation.decision.reason == Reason::kCertificateRevoked);
  CHECK(explanation.deciding->name() == "leaked");
  CHECK(explanation.considered.front().rule.list == Rule::List::kRevoked);
}

TEST_CASE("a call that is let through under observe says where the mode is set") {
  const PolicySource source =
      SourceOf("methods:\n  /a.S/M:\n    mode: observe\n    allow: [{ cn: app }]\n");
  const Explanation explanation = Explain(source, CallerOf(source, "x"), "/a.S/M", kNow);
  CHECK(explanation.decision.reason == Reason::kWouldDeny);
  REQUIRE(explanation.mode_key != nullptr);
  CHECK(explanation.mode_key->mode_location == SourceLocation{5, 11});
  CHECK_FALSE(explanation.nearest_miss.empty());
}

TEST_CASE("memberships of client sets are told") {
  const PolicySource source =
      Allowing("      - client: all\n",
               "clients:\n  app: [{ cn: app }]\n  all: [{ client: app }, { cn: z }]\n");
  const Explanation explanation = Explain(source, CallerOf(source, "app"), "/a.S/M", kNow);
  REQUIRE(explanation.members.size() == 3);
  CHECK(explanation.members[0].matches());
  CHECK(explanation.members[1].matches());
  CHECK_FALSE(explanation.members[2].matches());
}

TEST_CASE("rules are numbered as the policy numbers them") {
  const PolicySource source = SourceOf(
      "methods:\n  /a.S/M: { allow: [{ cn: a, id: r0 }, { cn: b }], deny: [{ cn: c }] }\n"
      "  '*': { deny: [{ cn: d }] }\nrevoked: [{ serial: '1' }]\n");
  const std::vector<Rule> rules = RulesOf(source.document);
  REQUIRE(rules.size() == 5);
  for (RuleIndex i = 0; i < rules.size(); ++i) {
    CHECK(rules[i].name() == source.policy->Describe(i).name);
    CHECK(rules[i].entry->location.line == source.policy->Describe(i).line);
  }
}

}  // namespace
}  // namespace certgate::testing
