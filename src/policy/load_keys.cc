#include "src/policy/load_keys.h"

#include <algorithm>
#include <array>
#include <string>

#include "src/yaml/suggest.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::array<std::string_view, 7> kPolicyKeys = {
    "version", "name", "mode", "authorities", "clients", "methods", "revoked"};
constexpr std::array<std::string_view, 3> kMethodKeys = {"allow", "deny", "mode"};
constexpr std::array<std::string_view, 1> kAuthorityKeys = {"ca_file"};
constexpr std::array<std::string_view, 15> kEntryKeys = {
    "cn",     "ou",     "o",   "dns", "uri",   "email",  "issuer", "serial",
    "sha256", "client", "any", "id",  "owner", "reason", "expires"};
constexpr std::array<std::string_view, 6> kRevokedKeys = {"serial", "sha256", "issuer",
                                                          "id",     "owner",  "reason"};
constexpr std::array<std::string_view, 2> kValueKeys = {"exact", "regex"};

}  // namespace

Problem UnknownPolicyKey(std::string_view key) {
  return UnknownKey(key, kPolicyKeys,
                    "a policy has `version`, `name`, `mode`, `authorities`, `clients`, `methods` "
                    "and `revoked`");
}

std::string_view NearestPolicyKey(std::string_view key) { return Suggest(key, kPolicyKeys); }

Problem UnknownMethodKey(std::string_view key) {
  return UnknownKey(key, kMethodKeys, "a method has `allow`, `deny` and `mode`");
}

Problem UnknownEntryKey(std::string_view key) {
  if (key == "ip") {
    return {"unknown key `ip`",
            "callers are not told apart by IP address; use `cn`, `dns` or `uri`"};
  }
  return UnknownKey(
      key, kEntryKeys,
      "an entry has `cn`, `ou`, `o`, `dns`, `uri`, `email`, `issuer`, `serial`, `sha256`, "
      "`client`, `any`, `id`, `owner`, `reason` and `expires`");
}

Problem UnknownRevokedKey(std::string_view key) {
  if (std::find(kEntryKeys.begin(), kEntryKeys.end(), key) != kEntryKeys.end()) {
    return {"a `revoked` entry has no " + Quote(key),
            "it names one certificate, by `sha256` or by `serial` and `issuer`; to refuse other "
            "callers everywhere use `deny` under the method `*`"};
  }
  return UnknownKey(key, kRevokedKeys,
                    "a `revoked` entry has `serial`, `sha256`, `issuer`, `id`, `owner` and "
                    "`reason`");
}

Problem UnknownAuthorityKey(std::string_view key) {
  return UnknownKey(key, kAuthorityKeys, "an authority has `ca_file`");
}

Problem UnknownValueKey(std::string_view key) {
  return UnknownKey(key, kValueKeys,
                    "a value is a text, `{ exact: \"a*b\" }` or `{ regex: 'a+' }`");
}

KnownKeys AllKnownKeys() {
  return {kPolicyKeys, kAuthorityKeys, kMethodKeys, kEntryKeys, kRevokedKeys, kValueKeys};
}

}  // namespace certgate
