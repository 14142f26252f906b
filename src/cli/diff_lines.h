#ifndef CERTGATE_SRC_CLI_DIFF_LINES_H_
#define CERTGATE_SRC_CLI_DIFF_LINES_H_

#include <string>
#include <vector>

#include "src/analysis/policy_diff.h"
#include "src/analysis/told_changes.h"

namespace certgate {

/// One change in words. All texts are printable.
struct DiffLine {
  /// `+` more calls get through, `-` fewer, `!` neither, or not for certain callers.
  char sign = '!';
  std::string text;
  /// "new.yaml:14, client set `edge`", or empty.
  std::string place;
  /// The narrower method keys that it does not concern, in words; often empty.
  std::string except;
};

/// What changes under some method keys, or everywhere.
struct DiffBlock {
  std::vector<std::string> titles;
  std::vector<DiffLine> lines;
};

/// The names of the two files as they are shown.
struct DiffFiles {
  std::string before;
  std::string after;
};

std::vector<DiffBlock> BlocksOf(const PolicyDiff& diff, const std::vector<ToldClasses>& told,
                                const DiffFiles& files);

/// "2 methods change: 3 gain access, 1 loses it", or "no change in meaning".
std::string Summarize(const PolicyDiff& diff, const std::vector<ToldClasses>& told);

/// "records will name ...", or empty. `most` phrases are told, the rest is counted.
std::string DescribeRecordNames(const PolicyDiff& diff, std::size_t most);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_DIFF_LINES_H_
