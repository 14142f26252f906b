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
  for (const MethodRules& rules : document.methods) Add(rules.scope, rules.key);
}

std::size_t MethodKeys::Add(MethodScope scope, std::string_view key) {
  const std::string_view stem = StemOf(scope, key);
  const auto [at, is_new] = by_stem_.try_emplace(stem, by_stem_.size());
  if (is_new && scope == MethodScope::kPackage) {
    const auto place = std::lower_bound(package_lengths_.begin(), package_lengths_.end(),
                                        stem.size(), std::greater<>());
    if (place == package_lengths_.end() || *place != stem.size()) {
      package_lengths_.insert(place, stem.size());
    }
  }
  return at->second;
}

std::vector<std::size_t> MethodKeys::Covering(MethodScope scope, std::string_view key) const {
  std::vector<std::size_t> found;
  const auto add = [&](std::string_view stem) {
    const auto at = by_stem_.find(stem);
    if (at != by_stem_.end()) found.push_back(at->second);
  };
  const std::string_view stem = StemOf(scope, key);
  if (!stem.empty()) add(stem);
  const std::string_view service = stem.substr(0, stem.rfind('/') + 1);
  if (scope == MethodScope::kMethod) add(service);
  // A dot behind the service is part of a method's name.
  const std::size_t end = scope == MethodScope::kPackage ? stem.size() : service.size();
  for (const std::size_t length : package_lengths_) {
    if (length < end && stem[length - 1] == '.') add(stem.substr(0, length));
  }
  add({});
  return found;
}

}  // namespace certgate
