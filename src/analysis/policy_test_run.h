#ifndef CERTGATE_SRC_ANALYSIS_POLICY_TEST_RUN_H_
#define CERTGATE_SRC_ANALYSIS_POLICY_TEST_RUN_H_

#include <string>
#include <vector>

#include "src/analysis/explain.h"
#include "src/analysis/policy_test_suite.h"
#include "src/policy/policy_source.h"

namespace certgate {

/// What a test expected and did not get.
struct TestDifference {
  /// "decision", "reason" or "rule".
  std::string what;
  /// Words of decisions as they are; names of entries in backticks.
  std::string expected;
  std::string got;
};

/// One decision that a test asked for. Borrows from the suite.
struct PolicyTestResult {
  const ReadyTest* test = nullptr;
  std::string method;
  /// Of a caller that is refused before the policy is asked, only the decision and `because`.
  Explanation explanation;
  std::vector<TestDifference> differences;

  bool passed() const { return differences.empty(); }
  /// The test's name; with the method, if the test has several.
  std::string name() const;
};

/// Asks `policy` for the decision of `test` about `method`, one of its methods. A call that is let
/// through under `mode: observe` counts as allowed, with the reason `would_deny`.
PolicyTestResult RunPolicyTest(const PolicySource& policy, const ReadyTest& test,
                               const std::string& method);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_POLICY_TEST_RUN_H_
