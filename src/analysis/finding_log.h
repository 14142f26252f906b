#ifndef CERTGATE_SRC_ANALYSIS_FINDING_LOG_H_
#define CERTGATE_SRC_ANALYSIS_FINDING_LOG_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "src/analysis/finding.h"
#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// Collects the warnings about one policy. Of each rule it keeps as many as `DiagnosticLog` shows
/// and counts the rest, so that a thousand of one kind do not hide the one of another.
class FindingLog {
 public:
  /// `text` is borrowed; `file` is the name to show.
  FindingLog(std::string_view text, std::string file);

  void Warn(FindingRule rule, SourceLocation location, Problem problem);

  /// All of them, sorted by place; those without one come first, and what is only counted last.
  std::vector<Finding> Finish() &&;

 private:
  const std::string_view text_;
  const std::string file_;
  std::map<FindingRule, DiagnosticLog> logs_;
};

/// Sorts as `Finish` does.
void SortByPlace(std::vector<Finding>& findings);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_FINDING_LOG_H_
