#include "src/analysis/key_index.h"

namespace certgate {
namespace {

// The end of the longest stem of a wider key within `stem`, which ends with a dot or a slash; 0 is
// that of `*`, and comes last.
std::optional<std::size_t> NextStem(std::string_view stem, std::size_t end) {
  if (end == 0) return std::nullopt;
  for (std::size_t i = end - 1; i > 1; --i) {
    if (stem[i - 1] == '.' || stem[i - 1] == '/') return i;
  }
  return 0;
}

}  // namespace

std::string_view StemOf(const MethodKey& key) {
  return key.scope == MethodScope::kMethod ? key.text : key.text.substr(0, key.text.size() - 1);
}

MethodKeyNames NamesIn(const MethodKey& key) {
  if (key.scope != MethodScope::kMethod && key.scope != MethodScope::kService) return {};
  const std::size_t slash = key.text.rfind('/');
  const std::string_view service = key.text.substr(1, slash - 1);
  if (key.scope == MethodScope::kService) return {service, {}};
  return {service, key.text.substr(slash + 1)};
}

std::size_t KeyIndex::Add(const MethodKey& key) {
  const auto [found, is_new] = by_stem_.try_emplace(StemOf(key), keys_.size());
  if (is_new) keys_.push_back(key);
  return found->second;
}

std::vector<std::size_t> KeyIndex::Covering(const MethodKey& key) const {
  const std::string_view stem = StemOf(key);
  std::vector<std::size_t> covering;
  for (std::optional<std::size_t> end = stem.size(); end; end = NextStem(stem, *end)) {
    const auto found = by_stem_.find(stem.substr(0, *end));
    if (found == by_stem_.end()) continue;
    // A method covers nothing but itself.
    const bool is_itself = keys_[found->second] == key;
    if (is_itself || keys_[found->second].scope != MethodScope::kMethod) {
      covering.push_back(found->second);
    }
  }
  return covering;
}

std::optional<std::size_t> KeyIndex::FindParent(const MethodKey& key) const {
  for (const std::size_t number : Covering(key)) {
    if (keys_[number] != key) return number;
  }
  return std::nullopt;
}

std::optional<std::size_t> KeyIndex::FindFor(std::string_view path) const {
  const std::vector<std::size_t> covering = Covering({MethodScope::kMethod, path});
  return covering.empty() ? std::nullopt : std::optional(covering.front());
}

}  // namespace certgate
