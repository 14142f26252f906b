#ifndef CERTGATE_SRC_CLI_CHECK_REPORT_H_
#define CERTGATE_SRC_CLI_CHECK_REPORT_H_

#include <absl/time/time.h>

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "src/analysis/finding.h"
#include "src/cli/terminal.h"

namespace certgate {

/// One policy file, and what `certgate check` has to say about it.
struct CheckedFile {
  /// As the caller named it.
  std::string file;
  bool is_valid = false;
  /// The policy's name and version; empty if it is not valid.
  std::string name;
  std::string version;
  std::vector<Finding> findings;
  FindingCounts counts;
};

/// The findings as the loader shows them, then one line for each file.
void PrintCheck(const std::vector<CheckedFile>& files, const Terminal& terminal);

/// docs/man/certgate-check.1 says what the keys mean.
nlohmann::ordered_json CheckToJson(const std::vector<CheckedFile>& files, absl::Time now);

/// Static Analysis Results Interchange Format, version 2.1.0 (OASIS), which forges and editors
/// show beside the lines.
nlohmann::ordered_json CheckToSarif(const std::vector<CheckedFile>& files);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_CHECK_REPORT_H_
