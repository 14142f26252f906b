#include <absl/strings/str_cat.h>
#include <absl/time/time.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "src/analysis/policy_coverage.h"
#include "src/analysis/policy_test_run.h"
#include "src/analysis/policy_test_suite.h"
#include "src/cli/caller_options.h"
#include "src/cli/command.h"
#include "src/cli/output_format.h"
#include "src/cli/terminal.h"
#include "src/cli/test_report.h"
#include "src/command_line/number_within.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr char kFooter[] =
    "The form of test files is described in docs/policy-tests.md.\n"
    "\n"
    "Exit codes: 0 all tests pass, 1 one fails or the coverage is too low, 2 wrong usage, 3 a file "
    "is\n"
    "missing or invalid.\n"
    "\n"
    "Example:\n"
    "  certgate test --coverage policy/tests/greeter_test.yaml";

class TestCommand final : public Command {
 public:
  CLI::App* AddTo(CLI::App& app) override {
    CLI::App* const own =
        app.add_subcommand("test", "Run tests of a policy: who may call what, and who may not");
    own->footer(kFooter);
    own->add_option("FILE", files_, "test file")->option_text("...")->required();
    own->add_option("--policy", policy_, "test this policy, whatever the test files name")
        ->option_text("FILE");
    own->add_option("--filter", filter_, "run only the tests whose name contains this")
        ->option_text("TEXT");
    time_.AddTo(*own);
    own->add_flag("--verbose,-v", is_verbose_, "show passed tests too");
    own->add_flag("--coverage", wants_coverage_, "list the entries that no test exercises");
    own->add_option("--min-coverage", least_coverage_,
                    "--coverage, and fail if fewer of a policy's entries are exercised")
        ->check(NumberWithin(0, 100))
        ->option_text("PERCENT");
    own->add_option("--junit", junit_, "also write the results as JUnit XML")->option_text("FILE");
    AddFormatOption(*own, format_, {"text", "json", "junit"});
    AddColorOption(*own, color_);
    return own;
  }

  ExitCode Run() override {
    const auto time = time_.Read();
    if (const auto* problem = std::get_if<Problem>(&time)) {
      Complain(problem->message, problem->hint);
      return ExitCode::kUsage;
    }
    if (!Load(std::get<absl::Time>(time))) return ExitCode::kInput;
    const TestRun run = RunTests();
    if (run.passed_count() + run.failed_count() == 0) {
      Complain("no test has " + Quote(filter_) + " in its name", "change --filter");
      return ExitCode::kUsage;
    }
    Print(run);
    if (!WriteJunit(run)) return ExitCode::kInput;
    const bool passes = run.failed_count() == 0 && HasCoverage(run);
    return passes ? ExitCode::kYes : ExitCode::kNo;
  }

 private:
  // False if a file is missing or invalid; says so.
  bool Load(absl::Time now) {
    for (const std::string& file : files_) {
      suites_.push_back(LoadPolicyTests(file, policy_, now, shelf_));
    }
    bool is_valid = true;
    const Terminal errors(std::cerr, 2, color_);
    for (const auto& [path, policy] : shelf_.all()) {
      if (policy->policy != nullptr) continue;
      errors.Print(policy->diagnostics);
      is_valid = false;
    }
    for (const PolicyTestSuite& suite : suites_) {
      errors.Print(suite.diagnostics);
      is_valid = is_valid && !HasErrors(suite.diagnostics);
    }
    return is_valid;
  }

  TestRun RunTests() const {
    TestRun run;
    for (const PolicyTestSuite& suite : suites_) {
      TestedFile& file = run.files.emplace_back();
      file.suite = &suite;
      for (const ReadyTest& test : suite.tests) {
        if (test.test.name.find(filter_) == std::string::npos) continue;
        for (const std::string& method : test.test.methods) {
          file.results.push_back(RunPolicyTest(*suite.policy, test, method));
        }
      }
    }
    if (wants_coverage_ || least_coverage_ > 0) AddCoverage(run);
    return run;
  }

  void AddCoverage(TestRun& run) const {
    for (const auto& [path, policy] : shelf_.all()) {
      PolicyCoverage& coverage = run.coverage.emplace_back(*policy);
      for (const TestedFile& file : run.files) {
        if (file.suite->policy != policy) continue;
        for (const PolicyTestResult& result : file.results) coverage.Add(result.explanation);
      }
    }
  }

  void Print(const TestRun& run) const {
    if (format_ == "json") {
      PrintJson(JsonTestReport(run));
    } else if (format_ == "junit") {
      std::cout << JunitTestReport(run);
    } else {
      PrintTestReport(run, is_verbose_, Terminal(std::cout, 1, color_));
    }
  }

  bool WriteJunit(const TestRun& run) const {
    if (junit_.empty()) return true;
    std::ofstream file(junit_, std::ios::binary | std::ios::trunc);
    file << JunitTestReport(run);
    file.close();
    if (!file.fail()) return true;
    Complain("cannot write " + QuotePath(junit_), "check the path and its permissions");
    return false;
  }

  bool HasCoverage(const TestRun& run) const {
    bool is_enough = true;
    for (const PolicyCoverage& coverage : run.coverage) {
      const double percent = 100.0 * static_cast<double>(coverage.exercised_count()) /
                             static_cast<double>(coverage.entry_count());
      if (percent >= least_coverage_) continue;
      Complain("the tests exercise too few entries of " + QuotePath(coverage.policy().file),
               "--min-coverage asks for " + absl::StrCat(least_coverage_) + " percent");
      is_enough = false;
    }
    return is_enough;
  }

  std::vector<std::string> files_;
  std::string policy_;
  std::string filter_;
  TimeOption time_;
  bool is_verbose_ = false;
  bool wants_coverage_ = false;
  double least_coverage_ = 0;
  std::string junit_;
  std::string format_ = "text";
  ColorMode color_ = ColorMode::kAuto;

  PolicyShelf shelf_;
  std::vector<PolicyTestSuite> suites_;
};

}  // namespace

std::unique_ptr<Command> MakeTestCommand() { return std::make_unique<TestCommand>(); }

}  // namespace certgate
