#include "src/policy/load_keys.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "src/yaml/suggest.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::array<std::string_view, 5> kPolicyKeys = {"version", "name", "mode", "clients",
                                                         "methods"};
constexpr std::array<std::string_view, 3> kMethodKeys = {"allow", "deny", "mode"};
constexpr std::array<std::string_view, 14> kEntryKeys = {
    "cn",     "ou",     "o",   "dns", "uri",   "email",  "serial",
    "sha256", "client", "any", "id",  "owner", "reason", "expires"};
constexpr std::array<std::string_view, 1> kValueKeys = {"exact"};

Problem UnknownKey(std::string_view key, std::span<const std::string_view> known,
                   std::string_view otherwise) {
  const std::string_view before_colon = key.substr(0, key.find(':'));
  const bool lacks_space = before_colon.size() < key.size() &&
                           std::find(known.begin(), known.end(), before_colon) != known.end();
  if (lacks_space) return {"unknown key " + Quote(key), "write a space after the colon"};
  return {"unknown key " + Quote(key), DidYouMean(key, known, otherwise)};
}

}  // namespace

Problem UnknownPolicyKey(std::string_view key) {
  if (key == "authorities") {
    return {"`authorities` is not supported yet: this release trusts one authority only",
            "remove it, and let the server's client CA file hold that one authority"};
  }
  if (key == "revoked") {
    return {"`revoked` is not supported yet by this release",
            "remove it, and refuse the certificate with `deny: [{ sha256: ... }]` under the "
            "method `*`"};
  }
  return UnknownKey(key, kPolicyKeys,
                    "a policy has `version`, `name`, `mode`, `clients` and `methods`");
}

std::string_view NearestPolicyKey(std::string_view key) { return Suggest(key, kPolicyKeys); }

Problem UnknownMethodKey(std::string_view key) {
  return UnknownKey(key, kMethodKeys, "a method has `allow`, `deny` and `mode`");
}

Problem UnknownEntryKey(std::string_view key) {
  if (key == "issuer") {
    return {"`issuer` is not supported yet: this release trusts one authority only",
            "remove it, and let the server's client CA file hold that one authority"};
  }
  if (key == "ip") {
    return {"unknown key `ip`",
            "callers are not told apart by IP address; use `cn`, `dns` or `uri`"};
  }
  return UnknownKey(key, kEntryKeys,
                    "an entry has `cn`, `ou`, `o`, `dns`, `uri`, `email`, `serial`, `sha256`, "
                    "`client`, `any`, `id`, `owner`, `reason` and `expires`");
}

Problem UnknownValueKey(std::string_view key) {
  if (key == "regex") {
    return {"`regex` is not supported yet by this release",
            "list the values, or write a pattern with `*`"};
  }
  return UnknownKey(key, kValueKeys, "a value is a text or `{ exact: \"a*b\" }`");
}

}  // namespace certgate
