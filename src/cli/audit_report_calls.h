#ifndef CERTGATE_SRC_CLI_AUDIT_REPORT_CALLS_H_
#define CERTGATE_SRC_CLI_AUDIT_REPORT_CALLS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "src/trail/usage.h"

namespace certgate {

/// Calls of one caller to all methods, or to one method by all callers.
struct CallSum {
  std::string name;
  std::uint64_t calls = 0;
  std::uint64_t allowed = 0;
  std::uint64_t observed = 0;
  std::uint64_t denied = 0;
  /// How many methods, or callers.
  std::uint64_t partners = 0;
  TimeSpan seen;

  void Add(const CallUsage& usage) {
    calls += usage.calls();
    allowed += usage.allowed;
    observed += usage.observed;
    denied += usage.denied;
    partners += 1;
    seen.Add(usage.seen);
  }
  void Add(const CallSum& other) {
    calls += other.calls;
    allowed += other.allowed;
    observed += other.observed;
    denied += other.denied;
    seen.Add(other.seen);
  }
};

/// `calls` summed up by `name`, `CallUsage::caller` or `CallUsage::method`; the most calls first.
std::vector<CallSum> SumsBy(const std::vector<CallUsage>& calls, std::string CallUsage::*name);

/// A row of HTML for each of the first `top` sums, and one for the others and the `ungrouped`
/// calls, so that the rows add up. `otherwise` stands for an empty name.
std::string SumRows(const std::vector<CallSum>& sums, std::size_t top, std::uint64_t ungrouped,
                    const char* otherwise);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_AUDIT_REPORT_CALLS_H_
