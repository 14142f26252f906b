#include <certgate/policy.h>

#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/policy/documents.h"

namespace certgate::testing {
namespace {

const std::string kPath = "/a.S/M";

Decision DecideFor(const Policy& policy, const PeerIdentity& caller) {
  return policy.Decide(caller, kPath, kNow);
}

std::string Name(const char* prefix, int number) { return prefix + std::to_string(number); }

TEST_CASE("a client selector holds for the members of the set") {
  const auto policy = MakePolicy({On(kPath, {Where({Client("apps")})})},
                                 {Set("apps", {Where({Cn("a")}), Where({Cn("b"), Ou("x")})})});
  CHECK(DecideFor(*policy, Caller("a")).reason == Reason::kAllowed);
  CHECK(DecideFor(*policy, Caller("b", {"x"})).reason == Reason::kAllowed);
  const Decision refused = DecideFor(*policy, Caller("b"));
  CHECK(refused.reason == Reason::kNoMatchingRule);
  CHECK(refused.nearest == RuleIndex{0});
  CHECK(refused.nearest_failed == Field::kClient);
}

TEST_CASE("a member must also fulfil the other selectors of the entry") {
  const auto policy = MakePolicy({On(kPath, {Where({Client("apps"), Ou("x")})})},
                                 {Set("apps", {Where({Cn("a")})})});
  CHECK(DecideFor(*policy, Caller("a", {"x"})).reason == Reason::kAllowed);
  const Decision refused = DecideFor(*policy, Caller("a"));
  CHECK(refused.reason == Reason::kNoMatchingRule);
  CHECK(refused.nearest_failed == Field::kOu);
}

TEST_CASE("membership of one of several sets suffices") {
  const auto policy = MakePolicy({On(kPath, {Where({Has(Field::kClient, {"x", "y"})})})},
                                 {Set("x", {Where({Cn("a")})}), Set("y", {Where({Cn("b")})})});
  CHECK(DecideFor(*policy, Caller("a")).reason == Reason::kAllowed);
  CHECK(DecideFor(*policy, Caller("b")).reason == Reason::kAllowed);
  CHECK(DecideFor(*policy, Caller("c")).reason == Reason::kNoMatchingRule);
}

TEST_CASE("a deny entry may name a client set") {
  const auto policy =
      MakePolicy({On(kPath, {Where({Any()})}), On("*", {}, {Where({Client("lost")})})},
                 {Set("lost", {Where({Cn("edge-*"), Ou("attic")})})});
  CHECK(DecideFor(*policy, Caller("edge-1", {"attic"})).reason == Reason::kDeniedByRule);
  CHECK(DecideFor(*policy, Caller("edge-1")).reason == Reason::kAllowed);
}

TEST_CASE("an expired entry of a client set makes nobody a member") {
  const auto policy =
      MakePolicy({On(kPath, {Where({Client("apps")})})}, {Set("apps", {Until(kNow, {Cn("a")})})});
  CHECK(policy->Decide(Caller("a"), kPath, kNow - absl::Nanoseconds(1)).reason == Reason::kAllowed);
  CHECK(DecideFor(*policy, Caller("a")).reason == Reason::kNoMatchingRule);
}

TEST_CASE("sets are nested in any order of the file") {
  const std::vector<ClientSet> sets = {
      Set("outer", {Where({Client("middle")})}), Set("inner", {Where({Cn("a")})}),
      Set("middle", {Where({Client("inner"), Ou("x")}), Where({Cn("m")})})};
  const auto policy = MakePolicy({On(kPath, {Where({Client("outer")})})}, sets);
  CHECK(DecideFor(*policy, Caller("a", {"x"})).reason == Reason::kAllowed);
  CHECK(DecideFor(*policy, Caller("m")).reason == Reason::kAllowed);
  CHECK(DecideFor(*policy, Caller("a")).reason == Reason::kNoMatchingRule);
}

TEST_CASE("a set entry that is found before its membership is known still counts") {
  // `cn` is rarer than `client: staff`, so that the entries of `lead` are filed under it.
  std::vector<ClientSet> sets = {Set("staff", {Where({Client("hired")})}),
                                 Set("hired", {Where({Ou("staff")})})};
  for (int i = 0; i < 10; ++i) {
    sets.push_back(Set(Name("lead-", i), {Where({Cn(Name("n", i)), Client("staff")})}));
  }
  sets.push_back(Set("leads", {Where({Cn("n3"), Client("lead-3")}), Where({Client("lead-4")})}));
  const auto policy = MakePolicy({On(kPath, {Where({Client("leads")})})}, sets);
  CHECK(DecideFor(*policy, Caller("n3", {"staff"})).reason == Reason::kAllowed);
  CHECK(DecideFor(*policy, Caller("n4", {"staff"})).reason == Reason::kAllowed);
  CHECK(DecideFor(*policy, Caller("n3")).reason == Reason::kNoMatchingRule);
  CHECK(DecideFor(*policy, Caller("n5", {"staff"})).reason == Reason::kNoMatchingRule);
}

// Each level has two sets, and each of them holds both of the level below: 2^60 ways to the top.
TEST_CASE("a diamond of 60 levels of sets is decided at once") {
  std::vector<ClientSet> sets = {Set("a0", {Where({Cn("x")})}), Set("b0", {Where({Cn("y")})})};
  for (int i = 1; i <= 60; ++i) {
    const std::vector<Entry> below = {Where({Client(Name("a", i - 1))}),
                                      Where({Client(Name("b", i - 1))})};
    sets.push_back(Set(Name("a", i), below));
    sets.push_back(Set(Name("b", i), below));
  }
  const auto compiled =
      CompilePolicy(Document({On(kPath, {Where({Client("b60")})})}, std::move(sets)));
  for (const char* name : {"x", "y"}) {
    DecisionWork work;
    CHECK(compiled->Decide(Caller(name), kPath, kNow, work).reason == Reason::kAllowed);
    CHECK(work.entries <= 4 * 61);
  }
  DecisionWork work;
  CHECK(compiled->Decide(Caller("z"), kPath, kNow, work).reason == Reason::kNoMatchingRule);
  CHECK(work.entries == 0);
}

TEST_CASE("a chain of 100000 sets is followed without recursion") {
  constexpr int kLength = 100'000;
  std::vector<ClientSet> sets = {Set("s0", {Where({Cn("x")})})};
  for (int i = 1; i < kLength; ++i) {
    sets.push_back(Set(Name("s", i), {Where({Client(Name("s", i - 1)), Ou("u")})}));
  }
  const auto compiled = CompilePolicy(
      Document({On(kPath, {Where({Client(Name("s", kLength - 1))})})}, std::move(sets)));
  DecisionWork work;
  CHECK(compiled->Decide(Caller("x", {"u"}), kPath, kNow, work).reason == Reason::kAllowed);
  CHECK(work.entries <= kLength + 1);
  DecisionWork outside;
  CHECK(compiled->Decide(Caller("x"), kPath, kNow, outside).reason == Reason::kNoMatchingRule);
  CHECK(outside.entries <= 2);
}

}  // namespace
}  // namespace certgate::testing
