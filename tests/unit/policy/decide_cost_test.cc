#include <functional>
#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/policy/documents.h"

// What a decision looks at must not grow with the policy. Counted, not timed.
namespace certgate::testing {
namespace {

const std::string kPath = "/a.S/M";

std::string Name(const char* prefix, int number) { return prefix + std::to_string(number); }

DecisionWork WorkOf(PolicyDocument document, const PeerIdentity& caller, Reason expected) {
  const auto compiled = CompilePolicy(std::move(document));
  DecisionWork work;
  CHECK(compiled->Decide(caller, kPath, kNow, work).reason == expected);
  return work;
}

// `make(size)` is a policy of `size` entries; the last of them is the caller's.
void CheckThatSizeCostsNothing(const std::function<PolicyDocument(int)>& make,
                               const std::function<PeerIdentity(int)>& caller, Reason expected) {
  const DecisionWork small = WorkOf(make(1), caller(1), expected);
  for (const int size : {1'000, 100'000}) {
    const DecisionWork large = WorkOf(make(size), caller(size), expected);
    CHECK(large.entries == small.entries);
    CHECK(large.patterns == small.patterns);
  }
}

// A policy of one method whose allow entries are `entry(0)` to `entry(size - 1)`.
std::function<PolicyDocument(int)> Allowing(const std::function<Entry(int)>& entry) {
  return [entry](int size) {
    std::vector<Entry> allow;
    for (int i = 0; i < size; ++i) allow.push_back(entry(i));
    return Document({On(kPath, std::move(allow))});
  };
}

TEST_CASE("a decision among names looks at as many entries in a long policy as in a short one") {
  const auto make = Allowing([](int i) { return Where({Cn(Name("n", i))}); });
  CheckThatSizeCostsNothing(
      make, [](int size) { return Caller(Name("n", size - 1)); }, Reason::kAllowed);
  CheckThatSizeCostsNothing(
      make, [](int) { return Caller("x"); }, Reason::kNoMatchingRule);
}

TEST_CASE("a unit that all entries share costs nothing") {
  const auto make = Allowing([](int i) { return Where({Cn(Name("n", i)), Ou("eng"), Any()}); });
  CheckThatSizeCostsNothing(
      make, [](int size) { return Caller(Name("n", size - 1), {"eng"}); }, Reason::kAllowed);
  CheckThatSizeCostsNothing(
      make, [](int) { return Caller("x", {"eng"}); }, Reason::kNoMatchingRule);
}

TEST_CASE("many deny entries cost nothing") {
  const auto make = [](int size) {
    std::vector<Entry> deny;
    for (int i = 0; i < size; ++i) deny.push_back(Where({Cn(Name("n", i))}));
    return Document({On(kPath, {Where({Any()})}, std::move(deny))});
  };
  CheckThatSizeCostsNothing(
      make, [](int) { return Caller("x"); }, Reason::kAllowed);
  CheckThatSizeCostsNothing(
      make, [](int size) { return Caller(Name("n", size - 1)); }, Reason::kDeniedByRule);
}

TEST_CASE("patterns with different beginnings or ends are not tried one by one") {
  CheckThatSizeCostsNothing(
      Allowing([](int i) { return Where({Cn(Name("n", i) + "-*")}); }),
      [](int size) { return Caller(Name("n", size - 1) + "-x"); }, Reason::kAllowed);
  CheckThatSizeCostsNothing(
      Allowing([](int i) { return Where({Cn("common-*-" + Name("n", i))}); }),
      [](int size) { return Caller("common-x-" + Name("n", size - 1)); }, Reason::kAllowed);
  CheckThatSizeCostsNothing(
      Allowing([](int i) { return Where({Cn("*" + Name("-n", i))}); }),
      [](int) { return Caller("x"); }, Reason::kNoMatchingRule);
}

TEST_CASE("many patterns in one selector are not tried one by one") {
  const auto make = [](int size) {
    std::vector<std::string> values;
    for (int i = 0; i < size; ++i) values.push_back(Name("n", i) + "-*");
    return Document({On(kPath, {Where({Has(Field::kCn, values)})})});
  };
  CheckThatSizeCostsNothing(
      make, [](int size) { return Caller(Name("n", size - 1) + "-x"); }, Reason::kAllowed);
}

TEST_CASE("many client sets cost nothing also where they share a set") {
  const auto make = [](int size) {
    std::vector<ClientSet> sets = {Set("staff", {Where({Ou("eng")})})};
    std::vector<Entry> allow;
    for (int i = 0; i < size; ++i) {
      sets.push_back(Set(Name("s", i), {Where({Client("staff"), Cn(Name("n", i))})}));
      allow.push_back(Where({Client(Name("s", i))}));
    }
    return Document({On(kPath, std::move(allow))}, std::move(sets));
  };
  const auto caller = [](int size) { return Caller(Name("n", size - 1), {"eng"}); };
  // With one set both of its fields are as rare; it takes two to tell.
  const DecisionWork small = WorkOf(make(2), caller(2), Reason::kAllowed);
  const DecisionWork large = WorkOf(make(100'000), caller(100'000), Reason::kAllowed);
  CHECK(large.entries == small.entries);
  CHECK(large.entries <= 4);
}

TEST_CASE("many methods cost nothing") {
  const auto make = [](int size) {
    std::vector<MethodRules> methods = {On(kPath, {Where({Cn("a")})})};
    for (int i = 1; i < size; ++i) methods.push_back(On(Name("/a.S/M", i), {Where({Cn("a")})}));
    return Document(std::move(methods));
  };
  CheckThatSizeCostsNothing(
      make, [](int) { return Caller("a"); }, Reason::kAllowed);
}

}  // namespace
}  // namespace certgate::testing
