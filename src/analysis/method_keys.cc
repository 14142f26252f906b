#include "src/analysis/method_keys.h"

#include <algorithm>
#include <functional>

namespace certgate {

MethodKeyParts PartsOf(MethodScope scope, std::string_view key) {
  if (scope != MethodScope::kMethod && scope != MethodScope::kService) return {};
  const std::size_t slash = key.rfind('/');
  const std::string_view service = key.substr(1, slash - 1);
  if (scope == MethodScope::kService) return {service, {}};
  return {service, key.substr(slash + 1)};
}

std::string_view StemOf(MethodScope scope, std::string_view key) {
  return scope == MethodScope::kMethod ? key : key.substr(0, key.size() - 1);
}

MethodKeys::MethodKeys(const PolicyDocument& document) {
  for (std::size_t i = 0; i < document.methods.size(); ++i) {
    const MethodRules& rules = document.methods[i];
    const std::string_view stem = StemOf(rules.scope, rules.key);
    by_stem_.emplace(stem, i);
    if (rules.scope == MethodScope::kPackage) package_lengths_.push_back(stem.size());
  }
  std::sort(package_lengths_.begin(), package_lengths_.end(), std::greater<>());
  package_lengths_.erase(std::unique(package_lengths_.begin(), package_lengths_.end()),
                         package_lengths_.end());
}

std::vector<std::size_t> MethodKeys::Covering(MethodScope scope, std::string_view key) const {
  std::vector<std::size_t> found;
  const auto add = [&](std::string_view stem) {
    const auto at = by_stem_.find(stem);
    if (at != by_stem_.end()) found.push_back(at->second);
  };
  const std::string_view stem = StemOf(scope, key);
  if (!stem.empty()) add(stem);
  if (scope == MethodScope::kMethod) add(stem.substr(0, stem.rfind('/') + 1));
  for (const std::size_t length : package_lengths_) {
    if (length < stem.size() && stem[length - 1] == '.') add(stem.substr(0, length));
  }
  add({});
  return found;
}

}  // namespace certgate
