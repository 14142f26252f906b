#include "src/policy/load_method_key.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr char kForms[] =
    "the forms are `/package.Service/Method`, `/package.Service/*`, `/package.*` and `\"*\"`";

// A name of a package, service or method: printable ASCII but for `/`, `*` and space.
bool IsName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < '\x7F' && c != '/' && c != '*';
  });
}

std::variant<MethodScope, Problem> Malformed(std::string_view key, const std::string& why) {
  return Problem{Quote(key) + " is not a method key: " + why, kForms};
}

std::string WhatIsWrong(std::string_view key) {
  if (key.empty()) return "it is empty";
  if (key.find(' ') != key.npos) return "it holds a space";
  if (!std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7F'; })) {
    return "it holds a character that is not printable ASCII";
  }
  if (key[0] != '/') return "it does not begin with `/`";
  if (key.find('*') != key.npos) return "a `*` stands for all methods or all services, no less";
  if (std::count(key.begin(), key.end(), '/') > 2) return "it has more than two `/`";
  if (std::count(key.begin(), key.end(), '/') == 1) return "it has no method";
  return "a part of it is empty";
}

}  // namespace

std::variant<MethodScope, Problem> ParseMethodKey(std::string_view key) {
  if (key == "*") return MethodScope::kAll;
  if (!key.starts_with('/')) return Malformed(key, WhatIsWrong(key));
  const std::string_view rest = key.substr(1);
  const std::size_t slash = rest.find('/');
  if (slash == rest.npos) {
    const bool is_package = rest.ends_with(".*") && IsName(rest.substr(0, rest.size() - 2));
    if (is_package) return MethodScope::kPackage;
    return Malformed(key, WhatIsWrong(key));
  }
  const std::string_view method = rest.substr(slash + 1);
  if (!IsName(rest.substr(0, slash))) return Malformed(key, WhatIsWrong(key));
  if (method == "*") return MethodScope::kService;
  if (IsName(method)) return MethodScope::kMethod;
  return Malformed(key, WhatIsWrong(key));
}

}  // namespace certgate
