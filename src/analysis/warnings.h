#ifndef CERTGATE_SRC_ANALYSIS_WARNINGS_H_
#define CERTGATE_SRC_ANALYSIS_WARNINGS_H_

#include <absl/time/time.h>

#include <vector>

#include "src/analysis/finding.h"
#include "src/analysis/service_catalog.h"
#include "src/policy/policy_source.h"

namespace certgate {

struct WarningOptions {
  /// The moment for which expiry is told.
  absl::Time now;
  /// The services that are known; null if none are. Borrowed.
  const ServiceCatalog* services = nullptr;
};

/// What is probably not meant in a valid policy, sorted by place. Nothing for an invalid one.
/// Takes time that grows with the size of the policy, not with its square.
std::vector<Finding> FindWarnings(const PolicySource& source, const WarningOptions& options);

/// That, and the loader's own diagnostics.
std::vector<Finding> CheckPolicy(const PolicySource& source, const WarningOptions& options);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_WARNINGS_H_
