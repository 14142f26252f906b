#ifndef CERTGATE_SRC_CLI_DIFF_REPORT_H_
#define CERTGATE_SRC_CLI_DIFF_REPORT_H_

#include <absl/time/time.h>

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "src/analysis/policy_diff.h"
#include "src/analysis/replay.h"
#include "src/analysis/told_changes.h"
#include "src/cli/diff_lines.h"
#include "src/cli/terminal.h"
#include "src/policy/policy_source.h"

namespace certgate {

/// All that `certgate diff` found.
struct DiffReport {
  PolicySource before;
  PolicySource after;
  absl::Time at;
  bool is_verbose = false;
  PolicyDiff diff;
  std::vector<ToldClasses> told;
  /// Only if recorded calls were replayed.
  std::optional<ReplayResult> replay;

  DiffFiles files() const;
};

void PrintDiff(const DiffReport& report, const Terminal& terminal);

/// For a comment under a review: what comes from the files stands in a block that Markdown does not
/// look into.
std::string DiffAsMarkdown(const DiffReport& report);

/// certgate-diff(1) lists the keys.
nlohmann::ordered_json DiffAsJson(const DiffReport& report);

/// The replay in lines, for text and Markdown; all texts are printable.
struct ReplayLine {
  char sign = '!';
  std::string text;
  std::vector<std::string> details;
};
struct ReplayText {
  std::string summary;
  std::vector<ReplayLine> lines;
  /// What was not replayed, and what was assumed.
  std::vector<std::string> notes;
};
ReplayText DescribeReplay(const ReplayResult& replay, const DiffFiles& files);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_DIFF_REPORT_H_
