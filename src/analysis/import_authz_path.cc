#include "src/analysis/import_authz_path.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <variant>

#include "src/analysis/import_authz_matcher.h"
#include "src/analysis/method_keys.h"
#include "src/policy/load_method_key.h"
#include "src/policy/method_table.h"

namespace certgate {
namespace {

constexpr AuthzPath::Fit kSame = AuthzPath::Fit::kSame;
constexpr AuthzPath::Fit kWider = AuthzPath::Fit::kWider;

bool IsKey(const std::string& key, MethodScope wanted) {
  const auto scope = ParseMethodKey(key);
  const auto* const found = std::get_if<MethodScope>(&scope);
  return found != nullptr && *found == wanted;
}

std::size_t SlashesIn(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '/'));
}

bool HasPathCharacters(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x21 && c <= 0x7E; });
}

// True if some `/service/method` begins with `prefix`.
bool CanBegin(std::string_view prefix) {
  if (prefix.empty()) return true;
  return HasPathCharacters(prefix) && prefix.starts_with('/') && !prefix.starts_with("//") &&
         SlashesIn(prefix) <= 2;
}

// True if some `/service/method` ends with `suffix`.
bool CanEnd(std::string_view suffix) {
  if (suffix.empty()) return true;
  if (!HasPathCharacters(suffix) || suffix.ends_with('/')) return false;
  return SlashesIn(suffix) < 2 || IsWellFormedPath(suffix);
}

// The narrowest key that matches each path that begins with `prefix`.
AuthzPath KeyForPrefix(std::string_view prefix) {
  // In a key, a `*` stands for more.
  const std::string_view stem = prefix.substr(0, prefix.find('*'));
  const std::size_t slash = stem.find('/', 1);
  if (stem.size() > 1 && slash != stem.npos) {
    std::string key(stem.substr(0, slash + 1));
    const AuthzPath::Fit fit = key == prefix ? kSame : kWider;
    key += '*';
    if (IsKey(key, MethodScope::kService)) return {fit, std::move(key)};
  }
  const std::size_t dot = stem.rfind('.', slash);
  if (dot != stem.npos) {
    std::string key(stem.substr(0, dot + 1));
    const AuthzPath::Fit fit = key == prefix ? kSame : kWider;
    key += '*';
    if (IsKey(key, MethodScope::kPackage)) return {fit, std::move(key)};
  }
  return {prefix.empty() || prefix == "/" ? kSame : kWider, "*"};
}

bool Matches(const AuthzMatcher& matcher, std::string_view path) {
  switch (matcher.kind) {
    case AuthzMatcher::Kind::kExact:
      return path == matcher.text;
    case AuthzMatcher::Kind::kPrefix:
      return path.starts_with(matcher.text);
    case AuthzMatcher::Kind::kSuffix:
      return path.ends_with(matcher.text);
    case AuthzMatcher::Kind::kPresence:
    case AuthzMatcher::Kind::kUnclear:
      break;
  }
  return true;
}

// The paths that begin with `stem`, the key's own, and with `prefix`.
AuthzPath PrefixWithin(std::string_view prefix, std::string_view stem, const std::string& key) {
  if (stem.starts_with(prefix)) return {kSame, key};
  if (prefix.starts_with(stem)) return KeyForPrefix(prefix);
  return {};
}

// The paths of the service with this stem, `/package.Service/`, that end with `suffix`.
AuthzPath SuffixWithinService(std::string_view suffix, std::string_view stem,
                              const std::string& key) {
  const std::size_t slash = suffix.find('/');
  if (slash == suffix.npos) return {kWider, key};
  if (!stem.ends_with(suffix.substr(0, slash + 1))) return {};
  std::string method(stem);
  method += suffix.substr(slash + 1);
  if (IsKey(method, MethodScope::kMethod)) return {kSame, std::move(method)};
  return {kWider, key};
}

AuthzPath Within(const AuthzMatcher& matcher, const std::string& key) {
  const auto parsed = ParseMethodKey(key);
  const auto* const scope = std::get_if<MethodScope>(&parsed);
  if (scope == nullptr) return {};
  if (*scope == MethodScope::kMethod) {
    return Matches(matcher, key) ? AuthzPath{kSame, key} : AuthzPath{};
  }
  const std::string_view stem = StemOf(*scope, key);
  switch (matcher.kind) {
    case AuthzMatcher::Kind::kExact:
      return matcher.text.starts_with(stem) ? AuthzPath{kWider, KeyForPrefix(matcher.text).key}
                                            : AuthzPath{};
    case AuthzMatcher::Kind::kPrefix:
      return PrefixWithin(matcher.text, stem, key);
    case AuthzMatcher::Kind::kSuffix:
      if (*scope == MethodScope::kService) return SuffixWithinService(matcher.text, stem, key);
      return {kWider, key};
    case AuthzMatcher::Kind::kPresence:
      return {kSame, key};
    case AuthzMatcher::Kind::kUnclear:
      break;
  }
  return {kWider, key};
}

AuthzPath KeyForExact(const std::string& path) {
  if (!IsWellFormedPath(path)) return {};
  if (IsKey(path, MethodScope::kMethod)) return {kSame, path};
  return {kWider, KeyForPrefix(path).key};
}

}  // namespace

AuthzPath ImportAuthzPath(std::string_view value) {
  const AuthzMatcher matcher = ParseAuthzMatcher(value);
  switch (matcher.kind) {
    case AuthzMatcher::Kind::kExact:
      return KeyForExact(matcher.text);
    case AuthzMatcher::Kind::kPrefix:
      if (!CanBegin(matcher.text)) return {};
      return KeyForPrefix(matcher.text);
    case AuthzMatcher::Kind::kSuffix:
      if (!CanEnd(matcher.text)) return {};
      if (IsWellFormedPath(matcher.text)) return KeyForExact(matcher.text);
      return {kWider, "*"};
    case AuthzMatcher::Kind::kPresence:
      return {kSame, "*"};
    case AuthzMatcher::Kind::kUnclear:
      break;
  }
  return {kWider, "*"};
}

std::vector<AuthzPath> ImportAuthzPathWithin(std::string_view value,
                                             const std::vector<std::string>& allowed) {
  const AuthzMatcher matcher = ParseAuthzMatcher(value);
  std::vector<AuthzPath> paths;
  for (const std::string& key : allowed) {
    AuthzPath path = Within(matcher, key);
    if (path.fit != AuthzPath::Fit::kNoCall) paths.push_back(std::move(path));
  }
  return paths;
}

}  // namespace certgate
