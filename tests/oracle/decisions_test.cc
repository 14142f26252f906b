#include <cstddef>
#include <cstdint>
#include <iostream>
#include <map>
#include <string>

#include "tests/oracle/check.h"

// Random policies, written as YAML in random ways, are loaded and asked random questions. The
// engine and the oracle, which share no code, must give the same answers.
namespace certgate::oracle {
namespace {

/// How often each reason was the answer; those under `would_deny` are counted apart.
class Tally {
 public:
  void Add(const Answer& answer) {
    ++total_;
    ++counts_[answer.reason];
    if (!answer.observed.empty()) ++counts_["would_deny: " + answer.observed];
  }

  void AddNearest() { ++counts_["nearest entry compared"]; }

  std::size_t total() const { return total_; }
  double Share(const std::string& reason) const {
    const auto found = counts_.find(reason);
    const double count = found == counts_.end() ? 0 : static_cast<double>(found->second);
    return count / static_cast<double>(total_);
  }

  void Print() const {
    std::cout << total_ << " decisions compared\n";
    for (const auto& [reason, count] : counts_)
      std::cout << "  " << reason << ": " << count << "\n";
  }

 private:
  std::size_t total_ = 0;
  std::map<std::string, std::size_t> counts_;
};

void CompareRuleLine(const Policy& policy, const Decision& decision, const YamlText& written) {
  if (!decision.rule) return;
  const RuleDescription rule = policy.Describe(*decision.rule);
  RC_ASSERT(rule.line == written.rule_lines.at(rule.name));
}

void Compare(const Case& tried, Tally& tally) {
  const YamlText written = WritePolicy(tried.model, tried.style);
  const auto policy = LoadValid(written.text);
  for (const Question& question : tried.questions) {
    RC_LOG() << Describe(question) << "\n";
    const Decision decision = policy->Decide(question.caller, question.path, question.now);
    Answer expected = Evaluate(tried.model, question.caller, question.path, question.now);
    Answer actual = AnswerOf(*policy, decision);
    tally.Add(expected);
    if (!NearestIsDefined(tried.model, question.path)) {
      RC_ASSERT(actual.nearest.empty() == expected.nearest.empty());
      actual.nearest = expected.nearest;
      actual.nearest_failed = expected.nearest_failed;
    } else if (!expected.nearest.empty()) {
      tally.AddNearest();
    }
    RC_ASSERT(actual == expected);
    CompareRuleLine(*policy, decision, written);
  }
}

TEST_CASE("the engine decides random policies as the policy language has it") {
  constexpr int kCasesOfASeed = 100;
  const std::size_t wanted = NumberFromEnvironment("CERTGATE_ORACLE_DECISIONS", 50'000);
  const auto cases = AnyCase();
  Tally tally;
  for (std::uint64_t seed = FirstSeed(); tally.total() < wanted; ++seed) {
    CheckProperty(seed, kCasesOfASeed, [&] { Compare(*cases, tally); });
  }
  tally.Print();
  CHECK(tally.total() >= wanted);
  // A comparison in which one answer hardly occurs would say little.
  for (const char* reason :
       {"allowed", "would_deny", "no_matching_rule", "method_not_listed", "denied_by_rule",
        "malformed_method", "certificate_revoked", "revocation_unknown", "issuer_unproven",
        "certificate_expired", "certificate_not_yet_valid", "would_deny: no_matching_rule",
        "would_deny: method_not_listed", "would_deny: denied_by_rule", "nearest entry compared"}) {
    INFO(reason);
    CHECK(tally.Share(reason) > 0.01);
  }
}

}  // namespace
}  // namespace certgate::oracle
