#include "src/analysis/policy_test_run.h"

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

Explanation Refusal(const PresentedCaller& caller) {
  Explanation explanation;
  explanation.decision.reason = caller.refusal;
  explanation.because = DescribeReason(caller.refusal) + " (" + caller.detail + ")";
  return explanation;
}

std::string_view WordFor(Effect effect) { return effect == Effect::kAllow ? "allow" : "deny"; }

std::string DescribeGot(const Decision& decision) {
  std::string text(ToString(decision.reason));
  if (decision.reason == Reason::kWouldDeny) {
    text += " (under enforce ";
    text += ToString(decision.observed);
    text += ")";
  }
  return text;
}

bool IsNamed(const std::optional<Rule>& rule, const std::string& name) {
  return rule.has_value() && (rule->name() == name || rule->place() == name);
}

std::vector<TestDifference> Compare(const PolicyTest& test, const Explanation& explanation) {
  const Decision& decision = explanation.decision;
  std::vector<TestDifference> differences;
  if (decision.effect != test.expected) {
    differences.push_back(
        {"decision", std::string(WordFor(test.expected)), std::string(WordFor(decision.effect))});
  }
  if (test.reason.has_value() && *test.reason != decision.reason) {
    differences.push_back({"reason", std::string(ToString(*test.reason)), DescribeGot(decision)});
  }
  if (!test.rule.text.empty() && !IsNamed(explanation.deciding, test.rule.text)) {
    const std::string got =
        explanation.deciding.has_value() ? Quote(explanation.deciding->name()) : "none";
    differences.push_back({"rule", Quote(test.rule.text), got});
  }
  return differences;
}

}  // namespace

std::string PolicyTestResult::name() const {
  if (test->test.methods.size() == 1) return test->test.name;
  return test->test.name + " (" + method + ")";
}

PolicyTestResult RunPolicyTest(const PolicySource& policy, const ReadyTest& test,
                               const std::string& method) {
  PolicyTestResult result;
  result.test = &test;
  result.method = method;
  result.explanation = test.caller.identity.has_value()
                           ? Explain(policy, *test.caller.identity, method, test.time)
                           : Refusal(test.caller);
  result.differences = Compare(test.test, result.explanation);
  return result;
}

}  // namespace certgate
