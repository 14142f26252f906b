#ifndef CERTGATE_SRC_CLI_TEST_REPORT_H_
#define CERTGATE_SRC_CLI_TEST_REPORT_H_

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "src/analysis/policy_coverage.h"
#include "src/analysis/policy_test_run.h"
#include "src/analysis/policy_test_suite.h"
#include "src/cli/terminal.h"

namespace certgate {

/// One test file and what came of it. The results borrow from the suite.
struct TestedFile {
  const PolicyTestSuite* suite = nullptr;
  std::vector<PolicyTestResult> results;

  std::size_t failed_count() const;
};

/// A run of `certgate test`.
struct TestRun {
  std::vector<TestedFile> files;
  /// One for each policy; empty if coverage was not asked for.
  std::vector<PolicyCoverage> coverage;

  std::size_t passed_count() const;
  std::size_t failed_count() const;
};

/// Failed tests with what was expected, passed ones if `is_verbose`, coverage, and a summary.
void PrintTestReport(const TestRun& run, bool is_verbose, const Terminal& terminal);

nlohmann::ordered_json JsonTestReport(const TestRun& run);

/// JUnit's XML, as continuous integration servers read it.
std::string JunitTestReport(const TestRun& run);

/// "expected allow, got deny; expected rule `edge`, got none".
std::string DescribeDifferences(const PolicyTestResult& result);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_TEST_REPORT_H_
