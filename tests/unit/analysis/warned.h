#ifndef CERTGATE_TESTS_UNIT_ANALYSIS_WARNED_H_
#define CERTGATE_TESTS_UNIT_ANALYSIS_WARNED_H_

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/analysis/warnings.h"
#include "tests/unit/analysis/sources.h"

namespace certgate::testing {

using Strings = std::vector<std::string>;

inline const absl::Time kToday = absl::FromCivil(absl::CivilDay(2026, 11, 24), absl::UTCTimeZone());

/// Methods by their names: `GetX` sounds as if it only read.
inline Service ServiceWith(std::string name, const Strings& methods) {
  Service service{std::move(name), {}};
  for (const std::string& method : methods) service.methods.push_back({method, {}, false});
  return service;
}

inline ServiceCatalog Catalog(std::vector<Service> services) {
  ServiceCatalog catalog;
  for (Service& service : services) catalog.Add(std::move(service));
  return catalog;
}

inline ServiceCatalog CompleteCatalog(std::vector<Service> services) {
  ServiceCatalog catalog = Catalog(std::move(services));
  catalog.SetComplete();
  return catalog;
}

/// The warnings of one rule, each as `LINE: MESSAGE`; `SourceOf` puts two lines before a body.
inline Strings Warned(const PolicySource& source, FindingRule rule,
                      const ServiceCatalog* services = nullptr) {
  Strings messages;
  for (const Finding& finding : FindWarnings(source, {kToday, services})) {
    if (finding.rule != rule) continue;
    messages.push_back(std::to_string(finding.diagnostic.location.line) + ": " +
                       finding.diagnostic.message);
  }
  return messages;
}

inline Strings Warned(const std::string& body, FindingRule rule,
                      const ServiceCatalog* services = nullptr) {
  return Warned(SourceOf(body), rule, services);
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_ANALYSIS_WARNED_H_
