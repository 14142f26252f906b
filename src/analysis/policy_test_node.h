#ifndef CERTGATE_SRC_ANALYSIS_POLICY_TEST_NODE_H_
#define CERTGATE_SRC_ANALYSIS_POLICY_TEST_NODE_H_

#include <certgate/decision.h>

#include <optional>
#include <string_view>

#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// What a node of a policy test file is, by its place.
enum class TestNode {
  kFile,
  kPolicy,
  kTests,
  kTest,
  kName,
  kCaller,
  kAttribute,      // of a caller: a text or a list of texts
  kAttributeItem,  // one of that list
  kCertificate,
  kMethod,
  kMethods,
  kMethodItem,
  kTime,
  kExpect,
  kReason,
  kRule,
  kSkip,  // has been reported: whatever is in it is passed over
};

/// What the value of `key` is in the mapping `parent`; `kSkip` for a key that it does not have.
TestNode TestNodeOf(TestNode parent, std::string_view key);

/// What to say of a key that the mapping `parent` does not have, and the key that it was probably
/// meant to be (empty if there is none).
Problem UnknownTestKey(TestNode parent, std::string_view key);
std::string_view NearestTestKey(TestNode parent, std::string_view key);

/// "`tests` must be a list of tests, but is a mapping", with what to do. `name` is the key.
Problem TestMismatch(TestNode expected, std::string_view name, std::string_view found);

/// For a list or mapping `name` that has nothing in it.
Problem EmptyTestNode(TestNode node, std::string_view name);

/// The field of a caller's attribute; `Field::kNone` if there is no such.
Field CallerFieldNamed(std::string_view name);

/// The reason of a decision that the word names, if a test can lead to it.
std::optional<Reason> TestableReasonNamed(std::string_view word);
/// What to say of a word that names none.
Problem UnknownReason(std::string_view word);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_POLICY_TEST_NODE_H_
