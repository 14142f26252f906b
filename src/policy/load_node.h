#ifndef CERTGATE_SRC_POLICY_LOAD_NODE_H_
#define CERTGATE_SRC_POLICY_LOAD_NODE_H_

#include <string>
#include <string_view>

#include "src/yaml/diagnostic_log.h"
#include "src/yaml/reader.h"

namespace certgate {

/// What a node of the policy file is, by its place.
enum class Node {
  kPolicy,
  kVersion,
  kName,
  kMode,
  kAuthorities,
  kAuthority,  // a mapping, by its name
  kCaFile,
  kClients,
  kClientSet,  // a list of entries, by its name
  kMethods,
  kMethod,   // a mapping, by its key
  kEntries,  // `allow`, `deny` or `revoked`
  kEntry,
  kField,      // the value of an identity field: a text, a mapping, or a list of them
  kFieldItem,  // one of that list
  kValue,      // the mapping `{ exact: ... }` or `{ regex: ... }`
  kExactText,
  kRegexText,
  kAny,
  kEntryText,  // `id`, `owner`, `reason`, `expires`
  kSkip,       // has been reported: whatever is in it is passed over
};

/// How messages name what was found: "a list", "empty", "`yes`".
std::string DescribeScalar(const YamlScalar& scalar);

/// "`allow` must be a list of entries, but is a mapping", with what to do. `name` is the key.
Problem Mismatch(Node expected, std::string_view name, std::string_view found);

/// For a list or mapping `name` that has nothing in it.
Problem EmptyCollection(Node node, std::string_view name);

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_LOAD_NODE_H_
