#ifndef CERTGATE_TESTS_UNIT_ANALYSIS_SOURCES_H_
#define CERTGATE_TESTS_UNIT_ANALYSIS_SOURCES_H_

#include <certgate/diagnostic.h>

#include <stdexcept>
#include <string>

#include "src/policy/policy_source.h"

namespace certgate::testing {

/// A valid policy from what stands behind its `name`.
inline PolicySource SourceOf(const std::string& body) {
  PolicySource source =
      ParsePolicySource("version: 1\nname: shop\n" + body + "...\n", "policy.yaml");
  if (source.policy == nullptr) throw std::runtime_error(Render(source.diagnostics));
  return source;
}

/// A valid policy that allows these entries (flow mappings, one a line) to call `/a.S/M`.
inline PolicySource Allowing(const std::string& entries, const std::string& before = {}) {
  return SourceOf(before + "methods:\n  /a.S/M:\n    allow:\n" + entries);
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_ANALYSIS_SOURCES_H_
