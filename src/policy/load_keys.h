#ifndef CERTGATE_SRC_POLICY_LOAD_KEYS_H_
#define CERTGATE_SRC_POLICY_LOAD_KEYS_H_

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

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_LOAD_KEYS_H_
