#ifndef CERTGATE_SRC_SERVER_METRICS_H_
#define CERTGATE_SRC_SERVER_METRICS_H_

#include <prometheus/metric_family.h>

#include <cstddef>
#include <vector>

#include "src/server/figures.h"

namespace certgate {

/// Of what ends, only so much is told, the soonest: a directory may hold any number of CRLs.
inline constexpr std::size_t kMostExpirySeries = 1'000;

/// The figures as Prometheus takes them; docs/operations.md says what each means. Labels hold file
/// names and subjects of CAs from the configuration, as printable UTF-8, and never a caller's name.
/// No two series of a family have the same labels. Throws nothing but std::bad_alloc. Thread-safe.
std::vector<prometheus::MetricFamily> ToMetrics(const ServerFigures& figures);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_METRICS_H_
