#include "src/cli/test_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

using Json = nlohmann::ordered_json;

std::string PlaceIn(const std::string& file, SourceLocation location) {
  return MakePrintable(file) + ":" + std::to_string(location.line);
}

std::string Plural(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

class TextReport {
 public:
  TextReport(const TestRun& run, bool is_verbose, const Terminal& terminal)
      : run_(run), is_verbose_(is_verbose), terminal_(terminal) {}

  void Print() const {
    for (const TestedFile& file : run_.files) {
      for (const PolicyTestResult& result : file.results) {
        if (!result.passed()) {
          PrintFailed(file, result);
        } else if (is_verbose_) {
          PrintPassed(file, result);
        }
      }
    }
    for (const PolicyCoverage& coverage : run_.coverage) PrintCoverage(coverage);
    PrintSummary();
  }

 private:
  void Line(const char* what, const std::string& text) const {
    std::string label = std::string("  ") + what;
    label.resize(12, ' ');
    terminal_.out() << terminal_.Paint(Style::kFaint, label) << text << '\n';
  }

  static std::string Title(const TestedFile& file, const PolicyTestResult& result) {
    return PlaceIn(file.suite->file, result.test->test.location) + ": " +
           MakePrintable(result.name());
  }

  void PrintPassed(const TestedFile& file, const PolicyTestResult& result) const {
    terminal_.out() << terminal_.Paint(Style::kGreen, "ok") << "      " << Title(file, result)
                    << '\n';
  }

  void PrintFailed(const TestedFile& file, const PolicyTestResult& result) const {
    const Explanation& explanation = result.explanation;
    const ReadyTest& test = *result.test;
    terminal_.out() << terminal_.Paint(Style::kRed, "FAILED") << "  " << Title(file, result) << ": "
                    << DescribeDifferences(result) << '\n';
    Line("method", MakePrintable(result.method));
    if (test.caller.identity.has_value()) {
      Line("caller", DescribeCaller(*test.caller.identity, test.time));
    }
    Line("because", explanation.because);
    const std::string& policy = file.suite->policy->file;
    if (explanation.deciding.has_value()) {
      const Rule& rule = *explanation.deciding;
      Line("rule", Quote(rule.name()) + ", " + std::string(ToString(rule.list)) + " at " +
                       PlaceIn(policy, rule.entry->location));
    }
    if (!explanation.nearest_miss.empty()) {
      Line("nearest", explanation.nearest_miss);
      Line("", PlaceIn(policy, explanation.nearest->entry->location));
    }
    if (explanation.decision.reason == Reason::kWouldDeny) {
      const MethodRules* const key = explanation.mode_key;
      const PolicyDocument& document = file.suite->policy->document;
      Line("mode", "observe, at " + PlaceIn(policy, key == nullptr ? document.mode_location
                                                                   : key->mode_location));
    }
  }

  void PrintCoverage(const PolicyCoverage& coverage) const {
    const std::string& policy = coverage.policy().file;
    const std::size_t rest = coverage.entry_count() - coverage.exercised_count();
    if (rest > 0) terminal_.out() << "no test exercises:\n";
    for (const EntryPlace& one : coverage.Unexercised()) {
      terminal_.out() << "  " << PlaceIn(policy, one.entry->location) << ": " << one.name() << '\n';
    }
    const std::string of = run_.coverage.size() > 1 ? " of " + MakePrintable(policy) : "";
    terminal_.out() << "coverage" << of << ": " << coverage.exercised_count() << " of "
                    << coverage.entry_count()
                    << (coverage.entry_count() == 1 ? " entry" : " entries") << '\n';
  }

  void PrintSummary() const {
    const std::size_t failed = run_.failed_count();
    const std::string summary =
        std::to_string(run_.passed_count()) + " passed, " + std::to_string(failed) + " failed";
    terminal_.out() << terminal_.Paint(failed == 0 ? Style::kGreen : Style::kRed, summary) << " ("
                    << Plural(run_.files.size(), "file") << ")\n";
  }

  const TestRun& run_;
  const bool is_verbose_;
  const Terminal& terminal_;
};

class JsonReport {
 public:
  explicit JsonReport(const TestRun& run) : run_(run) {}

  Json Make() const {
    Json json;
    json["passed"] = run_.passed_count();
    json["failed"] = run_.failed_count();
    json["files"] = Json::array();
    for (const TestedFile& file : run_.files) json["files"].push_back(FileJson(file));
    if (run_.coverage.empty()) return json;
    json["coverage"] = Json::array();
    for (const PolicyCoverage& one : run_.coverage) json["coverage"].push_back(CoverageJson(one));
    return json;
  }

 private:
  static Json FileJson(const TestedFile& file) {
    const PolicySource& policy = *file.suite->policy;
    Json json;
    json["file"] = file.suite->file;
    json["policy"] = {{"name", policy.document.name},
                      {"version", policy.document.version},
                      {"file", policy.file}};
    json["tests"] = Json::array();
    for (const PolicyTestResult& result : file.results) {
      json["tests"].push_back(ResultJson(policy, result));
    }
    return json;
  }

  static Json ResultJson(const PolicySource& policy, const PolicyTestResult& result) {
    const PolicyTest& test = result.test->test;
    const Explanation& explanation = result.explanation;
    const Decision& decision = explanation.decision;
    Json json;
    json["name"] = test.name;
    json["line"] = test.location.line;
    json["method"] = result.method;
    json["passed"] = result.passed();
    json["expected"] = {{"decision", ToString(test.expected)}};
    if (test.reason.has_value()) json["expected"]["reason"] = ToString(*test.reason);
    if (!test.rule.text.empty()) json["expected"]["rule"] = test.rule.text;
    json["got"] = {{"decision", ToString(decision.effect)}, {"reason", ToString(decision.reason)}};
    if (decision.reason == Reason::kWouldDeny) {
      json["got"]["observed_reason"] = ToString(decision.observed);
    }
    json["got"]["rule"] = RuleJson(policy, explanation.deciding);
    json["because"] = explanation.because;
    if (!explanation.nearest_miss.empty()) {
      json["nearest"] = RuleJson(policy, explanation.nearest);
      json["nearest_miss"] = explanation.nearest_miss;
    }
    return json;
  }

  static Json RuleJson(const PolicySource& policy, const std::optional<Rule>& rule) {
    if (!rule.has_value()) return nullptr;
    return {{"name", rule->name()},
            {"list", ToString(rule->list)},
            {"file", policy.file},
            {"line", rule->entry->location.line}};
  }

  static Json CoverageJson(const PolicyCoverage& coverage) {
    Json json;
    json["policy"] = coverage.policy().file;
    json["exercised"] = coverage.exercised_count();
    json["entries"] = coverage.entry_count();
    json["not_exercised"] = Json::array();
    for (const EntryPlace& one : coverage.Unexercised()) {
      json["not_exercised"].push_back({{"line", one.entry->location.line}, {"name", one.name()}});
    }
    return json;
  }

  const TestRun& run_;
};

}  // namespace

std::size_t TestedFile::failed_count() const {
  return static_cast<std::size_t>(
      std::count_if(results.begin(), results.end(),
                    [](const PolicyTestResult& result) { return !result.passed(); }));
}

std::size_t TestRun::failed_count() const {
  std::size_t count = 0;
  for (const TestedFile& file : files) count += file.failed_count();
  return count;
}

std::size_t TestRun::passed_count() const {
  std::size_t count = 0;
  for (const TestedFile& file : files) count += file.results.size() - file.failed_count();
  return count;
}

std::string DescribeDifferences(const PolicyTestResult& result) {
  std::string text;
  for (const TestDifference& difference : result.differences) {
    if (!text.empty()) text += "; ";
    text += "expected ";
    if (difference.what != "decision") text += difference.what + " ";
    text += difference.expected + ", got " + difference.got;
  }
  return text;
}

void PrintTestReport(const TestRun& run, bool is_verbose, const Terminal& terminal) {
  TextReport(run, is_verbose, terminal).Print();
}

Json JsonTestReport(const TestRun& run) { return JsonReport(run).Make(); }

}  // namespace certgate
