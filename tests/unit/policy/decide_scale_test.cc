#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/policy/documents.h"

// Policies as large as they get, against the plainest model of them; and what a decision looks at,
// counted, not timed.
namespace certgate::testing {
namespace {

std::string Name(const std::string& prefix, std::size_t number) {
  return prefix + std::to_string(number);
}

Reason Decide(const Policy::Compiled& policy, const PeerIdentity& caller, const std::string& path,
              DecisionWork& work) {
  work = DecisionWork();
  return policy.Decide(caller, path, kNow, work).reason;
}

}  // namespace

TEST_CASE("of ten thousand methods each lets in its own callers and nobody else") {
  constexpr std::size_t kMethods = 10'000;
  std::vector<MethodRules> methods;
  for (std::size_t i = 0; i < kMethods; ++i) {
    methods.push_back(On(Name("/shop.S" + std::to_string(i % 100) + "/M", i),
                         {Where({Cn(Name("n", i))}), Where({Cn(Name("n", i + 1))})}));
  }
  const auto policy = CompilePolicy(Document(std::move(methods)));
  std::mt19937 random(1);
  DecisionWork work;
  for (int round = 0; round < 20'000; ++round) {
    const std::size_t method = random() % kMethods;
    // Near the method's own: the neighbors must not be taken for them.
    const std::size_t caller = method + random() % 5;
    const std::string path = Name("/shop.S" + std::to_string(method % 100) + "/M", method);
    const bool may = caller == method || caller == method + 1;
    REQUIRE(Decide(*policy, Caller(Name("n", caller)), path, work) ==
            (may ? Reason::kAllowed : Reason::kNoMatchingRule));
    REQUIRE(work.entries <= 2);
  }
  CHECK(Decide(*policy, Caller("n0"), "/shop.S1/M0", work) == Reason::kMethodNotListed);
  CHECK(work.entries == 0);
}

TEST_CASE("a million clients of one method are each told apart") {
  constexpr std::size_t kClients = 1'000'000;
  std::vector<Entry> allow;
  allow.reserve(kClients);
  for (std::size_t i = 0; i < kClients; ++i) allow.push_back(Where({Cn(Name("client-", 2 * i))}));
  const auto policy = CompilePolicy(Document({On("/a.S/M", std::move(allow))}));
  DecisionWork work;
  // All of them: a part would leave out what the table does at its ends.
  for (std::size_t i = 0; i < 2 * kClients; i += 1 + i % 3) {
    const bool may = i % 2 == 0;
    REQUIRE(Decide(*policy, Caller(Name("client-", i)), "/a.S/M", work) ==
            (may ? Reason::kAllowed : Reason::kNoMatchingRule));
    REQUIRE(work.entries <= 1);
  }
}

TEST_CASE("of a thousand patterns on one method the right one decides") {
  constexpr std::size_t kPatterns = 1'000;
  struct Kind {
    const char* name;
    std::string before;
    std::string behind;
    // How many patterns a decision may try.
    std::size_t most;
  };
  // Patterns that begin or end alike are filed under their other end; with `*` at both ends there
  // is nothing to file them under, and each is tried, once.
  const std::vector<Kind> kinds = {{"the beginning tells them apart", "team-", "-*", 2},
                                   {"the end tells them apart", "*-team-", "-x", 2},
                                   {"all of one prefix", "corp-*-team-", "-x", 2},
                                   {"a star at both ends", "*-team-", "-*", kPatterns}};
  for (const Kind& kind : kinds) {
    CAPTURE(kind.name);
    std::vector<Entry> allow;
    for (std::size_t i = 0; i < kPatterns; ++i) {
      allow.push_back(Where({Cn(Name(kind.before, i) + kind.behind)}));
    }
    const auto policy = CompilePolicy(Document({On("/a.S/M", std::move(allow))}));
    const auto text = [&](std::size_t number) {
      std::string name = Name(kind.before, number) + kind.behind;
      for (std::size_t at = name.find('*'); at != std::string::npos; at = name.find('*')) {
        name.replace(at, 1, "abc");
      }
      return name;
    };
    DecisionWork work;
    for (std::size_t i = 0; i < kPatterns + 50; ++i) {
      REQUIRE(Decide(*policy, Caller(text(i)), "/a.S/M", work) ==
              (i < kPatterns ? Reason::kAllowed : Reason::kNoMatchingRule));
      REQUIRE(work.patterns <= kind.most);
      REQUIRE(work.entries <= 2);
    }
  }
}

TEST_CASE("of a thousand regexes on one method the right one decides") {
  constexpr std::size_t kRegexes = 1'000;
  std::vector<Entry> allow;
  for (std::size_t i = 0; i < kRegexes; ++i) {
    Selector selector{Field::kCn, {{Name("job-", i) + "-[a-z]+[0-9]{2}", ValueKind::kRegex}}};
    allow.push_back(Where({std::move(selector)}));
  }
  const auto policy = CompilePolicy(Document({On("/a.S/M", std::move(allow))}));
  DecisionWork work;
  for (std::size_t i = 0; i < kRegexes; ++i) {
    REQUIRE(Decide(*policy, Caller(Name("job-", i) + "-build07"), "/a.S/M", work) ==
            Reason::kAllowed);
    // Filed under the literal that each begins with: `job-1`, `job-10` and `job-100` share theirs.
    REQUIRE(work.patterns <= 4);
    REQUIRE(Decide(*policy, Caller(Name("job-", i) + "-build7"), "/a.S/M", work) ==
            Reason::kNoMatchingRule);
  }
}

}  // namespace certgate::testing
