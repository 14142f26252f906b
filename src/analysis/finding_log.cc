#include "src/analysis/finding_log.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace certgate {

FindingLog::FindingLog(std::string_view text, std::string file)
    : text_(text), file_(std::move(file)) {}

void FindingLog::Warn(FindingRule rule, SourceLocation location, Problem problem) {
  logs_.try_emplace(rule, text_, file_).first->second.Warn(location, std::move(problem));
}

std::vector<Finding> FindingLog::Finish() && {
  std::vector<Finding> findings;
  for (auto& [rule, log] : logs_) {
    for (Diagnostic& diagnostic : std::move(log).Finish()) {
      findings.push_back({std::move(diagnostic), rule});
    }
  }
  SortByPlace(findings);
  return findings;
}

void SortByPlace(std::vector<Finding>& findings) {
  const auto key = [](const Finding& finding) {
    const Diagnostic& diagnostic = finding.diagnostic;
    return std::tuple(CountOfRest(diagnostic).has_value(), diagnostic.location.line,
                      diagnostic.location.column);
  };
  std::stable_sort(findings.begin(), findings.end(),
                   [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
}

}  // namespace certgate
