#ifndef CERTGATE_SRC_CLI_AUDIT_STATS_REPORT_H_
#define CERTGATE_SRC_CLI_AUDIT_STATS_REPORT_H_

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "src/analysis/rules.h"
#include "src/cli/terminal.h"
#include "src/policy/policy_source.h"
#include "src/trail/usage.h"

namespace certgate {

struct StatsOptions {
  /// The policy whose unused entries are told, or null.
  const PolicySource* policy = nullptr;
  /// The most lines of a table.
  std::size_t top = 20;
};

/// The entries of `policy` that decided no call in `usage`, by their names in records of this
/// policy, whatever its version.
std::vector<Rule> UnusedRules(const TrailUsage& usage, const PolicySource& policy);

/// The forms of `certgate audit stats`.
std::string StatsAsText(const TrailUsage& usage, const StatsOptions& options,
                        const Terminal& terminal);
nlohmann::ordered_json StatsAsJson(const TrailUsage& usage, const StatsOptions& options);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_AUDIT_STATS_REPORT_H_
