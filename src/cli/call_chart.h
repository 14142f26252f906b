#ifndef CERTGATE_SRC_CLI_CALL_CHART_H_
#define CERTGATE_SRC_CLI_CALL_CHART_H_

#include <cstdint>
#include <string>

#include "src/trail/timeline.h"

namespace certgate {

/// `12,345`.
std::string Grouped(std::uint64_t number);

/// Calls over time as an SVG image for an HTML page: a column for each stretch, allowed calls below
/// and denied ones above, each with a title that says the numbers. The colors are those of the
/// page's classes `allowed`, `observed` and `denied`. Empty without a call.
std::string CallChart(const CallTimeline& timeline);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_CALL_CHART_H_
