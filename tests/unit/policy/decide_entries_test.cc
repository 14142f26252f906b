#include <certgate/policy.h>

#include <algorithm>
#include <stdexcept>

#include "tests/support/catch2.h"
#include "tests/unit/policy/documents.h"

namespace certgate::testing {
namespace {

constexpr std::string_view kPath = "/helloworld.Greeter/SayHello";
const std::string kKey(kPath);

Reason ReasonFor(const Policy& policy, const PeerIdentity& caller) {
  return policy.Decide(caller, kPath, kNow).reason;
}

bool Selects(const Selector& selector, const PeerIdentity& caller) {
  const Decision decision =
      MakePolicy({On(kKey, {Where({selector})})})->Decide(caller, kPath, kNow);
  CHECK((decision.effect == Effect::kAllow) == (decision.reason == Reason::kAllowed));
  return decision.effect == Effect::kAllow;
}

TEST_CASE("a caller that an allow entry names is allowed and the entry is recorded") {
  const auto policy = MakePolicy({On(kKey, {Where({Cn("a")}), Where({Cn("b")})})});
  const Decision decision = policy->Decide(Caller("b"), kPath, kNow);
  CHECK(decision.effect == Effect::kAllow);
  CHECK(decision.reason == Reason::kAllowed);
  CHECK(decision.mode == Mode::kEnforce);
  CHECK(decision.rule == RuleIndex{1});
  CHECK_FALSE(decision.nearest.has_value());
}

TEST_CASE("a caller that no entry names is denied") {
  const auto policy = MakePolicy({On(kKey, {Where({Cn("a")})})});
  const Decision decision = policy->Decide(Caller("b"), kPath, kNow);
  CHECK(decision.effect == Effect::kDeny);
  CHECK(decision.reason == Reason::kNoMatchingRule);
  CHECK_FALSE(decision.rule.has_value());
}

TEST_CASE("a policy without methods denies every call") {
  const Decision decision = MakePolicy({})->Decide(Caller("a"), kPath, kNow);
  CHECK(decision.effect == Effect::kDeny);
  CHECK(decision.reason == Reason::kMethodNotListed);
}

TEST_CASE("a listed method without entries denies every call") {
  const Decision decision = MakePolicy({On(kKey, {})})->Decide(Caller("a"), kPath, kNow);
  CHECK(decision.reason == Reason::kNoMatchingRule);
  CHECK_FALSE(decision.nearest.has_value());
  CHECK(decision.nearest_failed == Field::kNone);
}

TEST_CASE("all selectors of an entry must hold") {
  const auto policy = MakePolicy({On(kKey, {Where({Cn("a"), Ou("x")})})});
  CHECK(ReasonFor(*policy, Caller("a", {"x"})) == Reason::kAllowed);
  CHECK(ReasonFor(*policy, Caller("a", {"y"})) == Reason::kNoMatchingRule);
  CHECK(ReasonFor(*policy, Caller("b", {"x"})) == Reason::kNoMatchingRule);
  CHECK(ReasonFor(*policy, Caller("a")) == Reason::kNoMatchingRule);
}

TEST_CASE("one value of a selector and one of an attribute suffice") {
  const auto policy = MakePolicy({On(kKey, {Where({Has(Field::kOu, {"x", "y"})})})});
  CHECK(ReasonFor(*policy, Caller("a", {"y"})) == Reason::kAllowed);
  CHECK(ReasonFor(*policy, Caller("a", {"p", "q", "x"})) == Reason::kAllowed);
  CHECK(ReasonFor(*policy, Caller("a", {"x", "y"})) == Reason::kAllowed);
  CHECK(ReasonFor(*policy, Caller("a", {"p"})) == Reason::kNoMatchingRule);
}

TEST_CASE("a long list of values selects each of them and nothing else") {
  std::vector<std::string> units;
  for (int i = 0; i < 1000; ++i) units.push_back("unit-" + std::to_string(i));
  const auto policy = MakePolicy({On(kKey, {Where({Cn("a"), Has(Field::kOu, units)})})});
  CHECK(ReasonFor(*policy, Caller("a", {"unit-0"})) == Reason::kAllowed);
  CHECK(ReasonFor(*policy, Caller("a", {"other", "unit-999"})) == Reason::kAllowed);
  CHECK(ReasonFor(*policy, Caller("a", {"unit-1000"})) == Reason::kNoMatchingRule);
  CHECK(ReasonFor(*policy, Caller("b", {"unit-1"})) == Reason::kNoMatchingRule);
}

TEST_CASE("every field selects by its own attribute") {
  PeerIdentity caller = Caller("name", {"unit"});
  caller.organizations = {"acme"};
  caller.dns_names = {"a.acme.example"};
  caller.uris = {"spiffe://acme/a"};
  caller.emails = {"a@acme.example"};
  CHECK(Selects(Cn("name"), caller));
  CHECK(Selects(Ou("unit"), caller));
  CHECK(Selects(Has(Field::kO, {"acme"}), caller));
  CHECK(Selects(Has(Field::kDns, {"a.acme.example"}), caller));
  CHECK(Selects(Has(Field::kUri, {"spiffe://acme/a"}), caller));
  CHECK(Selects(Has(Field::kEmail, {"a@acme.example"}), caller));
  CHECK(Selects(Has(Field::kSerial, {"0A"}), caller));
  CHECK(Selects(Has(Field::kSha256, {std::string(64, 'a')}), caller));
  CHECK(Selects(Any(), caller));
  CHECK_FALSE(Selects(Cn("unit"), caller));
  CHECK_FALSE(Selects(Ou("name"), caller));
  CHECK_FALSE(Selects(Has(Field::kO, {"unit"}), caller));
  CHECK_FALSE(Selects(Has(Field::kSerial, {"A"}), caller));
}

TEST_CASE("patterns select by the rule of their field") {
  PeerIdentity caller = Caller("edge-17", {"payments-eu"});
  caller.dns_names = {"a.acme.example"};
  caller.uris = {"spiffe://acme/ns/prod/sa/web"};
  caller.emails = {"ops@acme.example"};
  CHECK(Selects(Cn("*"), caller));
  CHECK(Selects(Cn("edge-*"), caller));
  CHECK(Selects(Cn("*-17"), caller));
  CHECK(Selects(Ou("*ment*"), caller));
  CHECK(Selects(Has(Field::kDns, {"*.acme.example"}), caller));
  CHECK(Selects(Has(Field::kUri, {"spiffe://acme/**"}), caller));
  CHECK(Selects(Has(Field::kUri, {"spiffe://acme/ns/*/sa/web"}), caller));
  CHECK(Selects(Has(Field::kEmail, {"*@acme.example"}), caller));
  CHECK_FALSE(Selects(Cn("Edge-*"), caller));
  CHECK_FALSE(Selects(Has(Field::kDns, {"*.example"}), caller));
  CHECK_FALSE(Selects(Has(Field::kO, {"*"}), caller));
}

TEST_CASE("an exact value with a star is only that text") {
  CHECK(Selects(Exactly(Field::kCn, "a*b"), Caller("a*b")));
  CHECK_FALSE(Selects(Exactly(Field::kCn, "a*b"), Caller("axb")));
  CHECK_FALSE(Selects(Exactly(Field::kCn, "*"), Caller("a")));
}

TEST_CASE("names are compared by bytes and dns names without regard to case") {
  PeerIdentity caller = Caller("Name");
  caller.dns_names = {"A.Acme.EXAMPLE"};
  CHECK_FALSE(Selects(Cn("name"), caller));
  CHECK(Selects(Has(Field::kDns, {"a.acme.example"}), caller));
  CHECK(Selects(Has(Field::kDns, {"*.acme.example"}), caller));
}

TEST_CASE("a wildcard name of a certificate is selected by the same text alone") {
  PeerIdentity caller = Caller("edge");
  caller.dns_names = {"*.acme.example"};
  CHECK(Selects(Exactly(Field::kDns, "*.acme.example"), caller));
  CHECK_FALSE(Selects(Has(Field::kDns, {"*.acme.example"}), caller));
  CHECK_FALSE(Selects(Has(Field::kDns, {"a.acme.example"}), caller));
}

TEST_CASE("a certificate without a common name is matched by no cn selector") {
  PeerIdentity caller = Caller("");
  caller.common_name = std::nullopt;
  CHECK_FALSE(Selects(Cn("*"), caller));
  CHECK_FALSE(Selects(Exactly(Field::kCn, ""), caller));
  CHECK(Selects(Any(), caller));
}

TEST_CASE("a deny entry beats every allow entry") {
  const auto policy =
      MakePolicy({On(kKey, {Where({Cn("a")}), Where({Any()})}, {Where({Ou("lost")})}),
                  On("*", {Where({Any()})})});
  const Decision decision = policy->Decide(Caller("a", {"lost"}), kPath, kNow);
  CHECK(decision.effect == Effect::kDeny);
  CHECK(decision.reason == Reason::kDeniedByRule);
  CHECK(decision.rule == RuleIndex{2});
  CHECK(ReasonFor(*policy, Caller("a")) == Reason::kAllowed);
}

TEST_CASE("a deny entry of a less specific pattern beats an allow entry of the method") {
  for (const std::string key : {"*", "/helloworld.*", "/helloworld.Greeter/*"}) {
    const auto policy = MakePolicy({On(kKey, {Where({Cn("a")})}), On(key, {}, {Where({Cn("a")})})});
    CHECK(ReasonFor(*policy, Caller("a")) == Reason::kDeniedByRule);
  }
}

TEST_CASE("the recorded entry is the earliest of the most specific pattern") {
  const std::vector<MethodRules> methods = {
      On("*", {Where({Any()})}), On("/helloworld.*", {Where({Any()})}),
      On("/helloworld.Greeter/*", {Where({Cn("z")}), Where({Ou("x")}), Where({Cn("a")})})};
  const auto policy = MakePolicy(methods);
  CHECK(policy->Decide(Caller("a", {"x"}), kPath, kNow).rule == RuleIndex{3});
  CHECK(policy->Decide(Caller("a"), kPath, kNow).rule == RuleIndex{4});
  CHECK(policy->Decide(Caller("b"), kPath, kNow).rule == RuleIndex{1});
}

TEST_CASE("the order of patterns in the file changes no decision") {
  std::vector<MethodRules> methods = {
      On("*", {Where({Any()})}), On("/helloworld.*", {Where({Cn("a")})}, {Where({Ou("lost")})}),
      On("/helloworld.Greeter/*", {Where({Cn("b")})}, {Where({Ou("stolen")})}),
      On(kKey, {Where({Cn("c")})})};
  const std::vector<PeerIdentity> callers = {Caller("a"), Caller("a", {"lost"}),
                                             Caller("b"), Caller("b", {"stolen"}),
                                             Caller("c"), Caller("d")};
  const auto describe = [&](const Policy& policy) {
    std::vector<std::string> answers;
    for (const PeerIdentity& caller : callers) {
      const Decision decision = policy.Decide(caller, kPath, kNow);
      answers.push_back(std::string(ToString(decision.reason)) + " " +
                        policy.Describe(decision.rule.value()).name);
    }
    return answers;
  };
  const auto by_key = [](const MethodRules& a, const MethodRules& b) { return a.key < b.key; };
  std::sort(methods.begin(), methods.end(), by_key);
  const std::vector<std::string> expected = describe(*MakePolicy(methods));
  CHECK(expected.front() == "allowed /helloworld.* allow[1]");
  CHECK(expected[3] == "denied_by_rule /helloworld.Greeter/* deny[1]");
  while (std::next_permutation(methods.begin(), methods.end(), by_key)) {
    CHECK(describe(*MakePolicy(methods)) == expected);
  }
}

TEST_CASE("an entry matches nobody from the moment it expires") {
  const auto allow = MakePolicy({On(kKey, {Until(kNow, {Cn("a")})})});
  const absl::Duration tick = absl::Nanoseconds(1);
  CHECK(allow->Decide(Caller("a"), kPath, kNow - tick).reason == Reason::kAllowed);
  CHECK(allow->Decide(Caller("a"), kPath, kNow).reason == Reason::kNoMatchingRule);
  CHECK(allow->Decide(Caller("a"), kPath, kNow + tick).reason == Reason::kNoMatchingRule);
  const auto deny = MakePolicy({On(kKey, {Where({Any()})}, {Until(kNow, {Cn("a")})})});
  CHECK(deny->Decide(Caller("a"), kPath, kNow - tick).reason == Reason::kDeniedByRule);
  CHECK(deny->Decide(Caller("a"), kPath, kNow).reason == Reason::kAllowed);
}

TEST_CASE("an entry behind an expired one still matches") {
  const auto policy = MakePolicy({On(kKey, {Until(kNow, {Cn("a")}), Where({Cn("a")})})});
  CHECK(policy->Decide(Caller("a"), kPath, kNow).rule == RuleIndex{1});
  CHECK(policy->Decide(Caller("a"), kPath, kNow - absl::Seconds(1)).rule == RuleIndex{0});
}

TEST_CASE("a description tells the name and the place and the people of an entry") {
  Entry named = Where({Cn("a")});
  named.id = "payments-team";
  named.owner = "pay@acme.example";
  named.reason = "quarterly report";
  named.location = {12, 5};
  const auto policy =
      MakePolicy({On(kKey, {Where({Cn("b")}), named}, {Where({Cn("c")})})}, {Set("s", {named})});
  const RuleDescription description = policy->Describe(1);
  CHECK(description.name == "payments-team");
  CHECK(description.owner == "pay@acme.example");
  CHECK(description.reason == "quarterly report");
  CHECK(description.line == 12);
  CHECK(policy->Describe(0).name == "/helloworld.Greeter/SayHello allow[1]");
  CHECK(policy->Describe(0).owner.empty());
  CHECK(policy->Describe(2).name == "/helloworld.Greeter/SayHello deny[1]");
}

TEST_CASE("an index that the policy did not hand out is described as unknown") {
  const auto policy = MakePolicy({On(kKey, {Where({Cn("b")})})}, {Set("s", {Where({Cn("b")})})});
  CHECK(policy->Describe(1).name == "unknown");
  CHECK(policy->Describe(2).name == "unknown");
  CHECK(policy->Describe(4'000'000'000U).name == "unknown");
  CHECK(MakePolicy({})->Describe(0).name == "unknown");
}

TEST_CASE("a policy knows its name and version and the number of its entries") {
  const auto policy = MakePolicy({On(kKey, {Where({Any()}), Where({Any()})}, {Where({Any()})})},
                                 {Set("s", {Where({Any()})})});
  CHECK(policy->name() == "test");
  CHECK(policy->version() == "sha256:test");
  CHECK(policy->entry_count() == 4);
}

TEST_CASE("a policy knows whether it selects by names of the subject") {
  CHECK(MakePolicy({On(kKey, {Where({Any()})})})->issuer_gaps().count == 0);
  CHECK(MakePolicy({On(kKey, {Where({Has(Field::kUri, {"a:b"})})})})->issuer_gaps().count == 0);
  CHECK(MakePolicy({On(kKey, {Where({Cn("a")})})})->issuer_gaps().count == 1);
  CHECK(MakePolicy({On(kKey, {}, {Where({Ou("a")})})})->issuer_gaps().count == 1);
  CHECK(MakePolicy({}, {Set("s", {Where({Has(Field::kO, {"a"})})})})->issuer_gaps().count == 1);
}

TEST_CASE("a document that is not valid does not compile") {
  CHECK_THROWS_AS(MakePolicy({On(kKey, {Where({})})}), std::invalid_argument);
  CHECK_THROWS_AS(MakePolicy({On(kKey, {Where({Has(Field::kCn, {})})})}), std::invalid_argument);
  CHECK_THROWS_AS(MakePolicy({On(kKey, {Where({Client("nobody")})})}), std::invalid_argument);
  CHECK_THROWS_AS(MakePolicy({On(kKey, {}), On(kKey, {})}), std::invalid_argument);
  CHECK_THROWS_AS(MakePolicy({}, {Set("s", {}), Set("s", {})}), std::invalid_argument);
  CHECK_THROWS_AS(MakePolicy({On("/a/*/b", {})}), std::invalid_argument);
  CHECK_THROWS_AS(MakePolicy({On("/a*.*", {})}), std::invalid_argument);
}

}  // namespace
}  // namespace certgate::testing
