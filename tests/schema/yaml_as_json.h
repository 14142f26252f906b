#ifndef CERTGATE_TESTS_SCHEMA_YAML_AS_JSON_H_
#define CERTGATE_TESTS_SCHEMA_YAML_AS_JSON_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace certgate::testing {

/// The documents of a YAML text as an editor's schema check sees them, which knows nothing of our
/// loader: scalars without quotes are typed by the core schema of YAML 1.2 (section 10.3), so `no`
/// and dates are texts; aliases and merge keys are followed; of equal keys the last one wins. A
/// text without a document is one null.
///
/// Throws YAML::Exception for what is no YAML, and std::domain_error for what no JSON can hold.
std::vector<nlohmann::json> YamlAsJson(const std::string& text);

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SCHEMA_YAML_AS_JSON_H_
