#ifndef CERTGATE_TESTS_ORACLE_EVALUATOR_H_
#define CERTGATE_TESTS_ORACLE_EVALUATOR_H_

#include <absl/time/time.h>
#include <certgate/peer_identity.h>

#include <optional>
#include <string>

#include "tests/oracle/model.h"

namespace certgate::oracle {

/// A decision in words, as audit records have them.
struct Answer {
  std::string effect;    // `allow` or `deny`
  std::string reason;    // `allowed`, `no_matching_rule`, ...
  std::string mode;      // `enforce` or `observe`
  std::string observed;  // the reason that `would_deny` stands for, else empty
  /// The rule that decided, with what its entry says of itself; empty where none did.
  std::string rule, owner, rule_reason;
  /// The allow entry that came nearest and its field that failed; empty where there is none.
  std::string nearest, nearest_failed;

  friend bool operator==(const Answer&, const Answer&) = default;
};

/// Decides as the policy language has it, by walking through all of the policy every time.
Answer Evaluate(const Model& model, const PeerIdentity& caller, const std::string& path,
                absl::Time now);

/// True if the language says which entry comes nearest. The engine looks at a limited number of
/// entries, the first twelve among them, so that a call costs the same under any policy; where
/// there are more, which one it names depends on that limit and on how entries are filed.
bool NearestIsDefined(const Model& model, const std::string& path);

/// True if `key` is a method key that matches `path`.
bool KeyMatches(const std::string& key, const std::string& path);

}  // namespace certgate::oracle

#endif  // CERTGATE_TESTS_ORACLE_EVALUATOR_H_
