#ifndef CERTGATE_SRC_POLICY_LOAD_KEYS_H_
#define CERTGATE_SRC_POLICY_LOAD_KEYS_H_

#include <span>
#include <string_view>

#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// What to say of a key that is not allowed where it stands, and what was probably meant.
Problem UnknownPolicyKey(std::string_view key);
Problem UnknownMethodKey(std::string_view key);
Problem UnknownEntryKey(std::string_view key);
Problem UnknownRevokedKey(std::string_view key);
Problem UnknownAuthorityKey(std::string_view key);
/// The key of a policy that `key` was probably meant to be; empty if there is none.
std::string_view NearestPolicyKey(std::string_view key);
/// For a key of a value that is a mapping, such as `{ exact: "a*b" }`.
Problem UnknownValueKey(std::string_view key);

/// Every key of the language, by the mapping that it stands in: that of the whole policy, of an
/// authority, a method, an entry of a method or client set, an entry of `revoked`, a value.
struct KnownKeys {
  std::span<const std::string_view> policy;
  std::span<const std::string_view> authority;
  std::span<const std::string_view> method;
  std::span<const std::string_view> entry;
  std::span<const std::string_view> revoked;
  std::span<const std::string_view> value;
};
KnownKeys AllKnownKeys();

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_LOAD_KEYS_H_
