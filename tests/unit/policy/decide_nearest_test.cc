#include <certgate/policy.h>

#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/policy/documents.h"

namespace certgate::testing {
namespace {

const std::string kPath = "/a.S/M";

Decision DecideFor(std::vector<MethodRules> methods, const PeerIdentity& caller) {
  const Decision decision = MakePolicy(std::move(methods))->Decide(caller, kPath, kNow);
  CHECK(decision.reason == Reason::kNoMatchingRule);
  return decision;
}

TEST_CASE("the nearest entry is the one with the most selectors that hold") {
  const Decision decision = DecideFor(
      {On(kPath, {Where({Cn("b")}), Where({Cn("a"), Ou("y"), Has(Field::kO, {"z"})}),
                  Where({Cn("a"), Ou("x"), Has(Field::kO, {"z"}), Has(Field::kSerial, {"FF"})})})},
      Caller("a", {"x"}));
  CHECK(decision.nearest == RuleIndex{2});
  CHECK(decision.nearest_failed == Field::kO);
}

TEST_CASE("of two entries as near the one that fails less is nearest") {
  const Decision decision = DecideFor(
      {On(kPath, {Where({Cn("a"), Ou("y"), Has(Field::kO, {"z"})}), Where({Cn("a"), Ou("y")})})},
      Caller("a"));
  CHECK(decision.nearest == RuleIndex{1});
  CHECK(decision.nearest_failed == Field::kOu);
}

TEST_CASE("of equal entries that of the most specific pattern is nearest and then the earliest") {
  const Decision decision = DecideFor(
      {On("*", {Where({Cn("a"), Ou("x")})}), On("/a.*", {Where({Cn("a"), Ou("x")})}),
       On(kPath, {Where({Cn("b")}), Where({Ou("x"), Cn("a")}), Where({Cn("a"), Ou("y")})})},
      Caller("a"));
  CHECK(decision.nearest == RuleIndex{3});
  CHECK(decision.nearest_failed == Field::kOu);
}

TEST_CASE("an entry of which nothing holds is nearest where there is no better one") {
  const Decision decision =
      DecideFor({On("*", {Where({Cn("c")})}), On(kPath, {Where({Ou("x"), Cn("b")})})}, Caller("a"));
  CHECK(decision.nearest == RuleIndex{0});
  CHECK(decision.nearest_failed == Field::kCn);
}

TEST_CASE("an expired entry that fits is nearest with no failed field") {
  const Decision decision =
      DecideFor({On(kPath, {Where({Cn("b")}), Until(kNow, {Cn("a")})})}, Caller("a"));
  CHECK(decision.nearest == RuleIndex{1});
  CHECK(decision.nearest_failed == Field::kNone);
}

TEST_CASE("a deny entry is never the nearest") {
  const Decision decision =
      DecideFor({On(kPath, {Where({Cn("b")})}, {Where({Cn("a"), Ou("x")})})}, Caller("a"));
  CHECK(decision.nearest == RuleIndex{0});
}

TEST_CASE("a near entry is found behind any number of others") {
  std::vector<Entry> allow;
  for (int i = 0; i < 10'000; ++i) allow.push_back(Where({Cn("n" + std::to_string(i)), Ou("x")}));
  const Decision decision = DecideFor({On(kPath, std::move(allow))}, Caller("n9000", {"y"}));
  CHECK(decision.nearest == RuleIndex{9000});
  CHECK(decision.nearest_failed == Field::kOu);
}

TEST_CASE("a decision that names a rule names no nearest one") {
  const auto policy =
      MakePolicy({On(kPath, {Where({Cn("a")}), Where({Cn("b"), Ou("x")})}, {Where({Cn("c")})})});
  CHECK_FALSE(policy->Decide(Caller("a"), kPath, kNow).nearest.has_value());
  CHECK_FALSE(policy->Decide(Caller("c"), kPath, kNow).nearest.has_value());
}

}  // namespace
}  // namespace certgate::testing
