#include "src/policy/method_table.h"

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace certgate {
namespace {

// The key less its `*`: `/package.Service/Method`, `/package.Service/`, `/package.` or nothing.
std::string_view StemOf(MethodScope scope, std::string_view key) {
  const std::size_t literal = scope == MethodScope::kMethod ? key.size() : key.find('*');
  const std::string_view stem = key.substr(0, literal);
  const auto slashes = std::count(stem.begin(), stem.end(), '/');
  bool fits = scope == MethodScope::kMethod || (!key.empty() && literal == key.size() - 1);
  switch (scope) {
    case MethodScope::kMethod:
      fits = fits && IsWellFormedPath(stem);
      break;
    case MethodScope::kService:
      fits = fits && slashes == 2 && stem.starts_with('/') && stem.ends_with('/');
      break;
    case MethodScope::kPackage:
      fits = fits && slashes == 1 && stem.starts_with('/') && stem.ends_with('.');
      break;
    case MethodScope::kAll:
      fits = fits && stem.empty();
      break;
  }
  if (!fits) throw std::invalid_argument("a method key does not have the form of its scope");
  return stem;
}

}  // namespace

bool IsWellFormedPath(std::string_view path) noexcept {
  if (!path.starts_with('/')) return false;
  const std::size_t slash = path.find('/', 1);
  if (slash == std::string_view::npos || slash == 1 || slash == path.size() - 1) return false;
  if (path.find('/', slash + 1) != std::string_view::npos) return false;
  return std::all_of(path.begin(), path.end(), [](char c) { return c >= 0x21 && c <= 0x7E; });
}

MethodTable::MethodTable(const std::vector<MethodRules>& methods) {
  methods_.reserve(methods.size());
  by_stem_.reserve(methods.size());
  for (const MethodRules& rules : methods) {
    methods_.push_back({rules.key, rules.mode});
    const std::string_view stem = StemOf(rules.scope, methods_.back().key);
    const auto number = static_cast<MethodNumber>(methods_.size() - 1);
    if (!by_stem_.emplace(stem, number).second) {
      throw std::invalid_argument("a method key occurs twice");
    }
    if (rules.scope == MethodScope::kPackage) package_lengths_.push_back(stem.size());
  }
  std::sort(package_lengths_.begin(), package_lengths_.end(), std::greater<>());
  package_lengths_.erase(std::unique(package_lengths_.begin(), package_lengths_.end()),
                         package_lengths_.end());
}

MatchingMethods MethodTable::Match(std::string_view path) const {
  MatchingMethods matching;
  AppendIfListed(path, matching);
  const std::string_view service = path.substr(0, path.find('/', 1) + 1);
  AppendIfListed(service, matching);
  for (const std::size_t length : package_lengths_) {
    if (length < service.size() && service[length - 1] == '.') {
      AppendIfListed(service.substr(0, length), matching);
    }
  }
  AppendIfListed("", matching);
  return matching;
}

void MethodTable::AppendIfListed(std::string_view stem, MatchingMethods& matching) const {
  const auto found = by_stem_.find(stem);
  if (found != by_stem_.end()) matching.push_back(found->second);
}

}  // namespace certgate
