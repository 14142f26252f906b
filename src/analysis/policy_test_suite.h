#ifndef CERTGATE_SRC_ANALYSIS_POLICY_TEST_SUITE_H_
#define CERTGATE_SRC_ANALYSIS_POLICY_TEST_SUITE_H_

#include <absl/time/time.h>
#include <certgate/diagnostic.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "src/analysis/claimed_caller.h"
#include "src/analysis/policy_test_file.h"
#include "src/policy/policy_source.h"

namespace certgate {

/// Policies that several test files may share: each is read once.
class PolicyShelf {
 public:
  /// Not null; its `policy` is, where the file is missing or invalid.
  std::shared_ptr<const PolicySource> Get(const std::string& path);
  /// All that were read, in the order of their paths.
  const std::map<std::string, std::shared_ptr<const PolicySource>>& all() const { return sources_; }

 private:
  std::map<std::string, std::shared_ptr<const PolicySource>> sources_;
};

/// A test and its caller.
struct ReadyTest {
  PolicyTest test;
  PresentedCaller caller;
  /// The time of its decisions.
  absl::Time time;
};

/// A test file whose tests can be run.
struct PolicyTestSuite {
  std::string file;
  std::shared_ptr<const PolicySource> policy;
  std::vector<ReadyTest> tests;
  /// What is wrong with the test file; the tests can be run if none is an error. The policy's own
  /// diagnostics are with the policy.
  std::vector<Diagnostic> diagnostics;
};

/// Reads the test file `path`, its certificates and its policy, or instead of that the policy
/// `policy_path`, if it is not empty. Tests without a time are for `now`.
PolicyTestSuite LoadPolicyTests(const std::string& path, const std::string& policy_path,
                                absl::Time now, PolicyShelf& shelf);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_POLICY_TEST_SUITE_H_
