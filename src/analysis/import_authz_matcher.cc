#include "src/analysis/import_authz_matcher.h"

namespace certgate {

AuthzMatcher ParseAuthzMatcher(std::string_view value) {
  using Kind = AuthzMatcher::Kind;
  if (value == "*") return {Kind::kPresence, ""};
  const bool begins = value.starts_with('*');
  const bool ends = value.ends_with('*');
  if (begins && ends) return {Kind::kUnclear, std::string(value)};
  if (begins) return {Kind::kSuffix, std::string(value.substr(1))};
  if (ends) return {Kind::kPrefix, std::string(value.substr(0, value.size() - 1))};
  return {Kind::kExact, std::string(value)};
}

}  // namespace certgate
