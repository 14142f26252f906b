#ifndef CERTGATE_TESTS_ORACLE_CHECK_H_
#define CERTGATE_TESTS_ORACLE_CHECK_H_

#include <certgate/policy.h>
#include <rapidcheck.h>

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>

#include "tests/oracle/evaluator.h"
#include "tests/oracle/generate.h"
#include "tests/oracle/policy_text.h"
#include "tests/oracle/property.h"

// What the tests of random policies share: the engine's side.
namespace certgate::oracle {

/// The name under which texts are loaded: CA files are relative to its folder.
inline constexpr char kPolicyFile[] = CERTGATE_SOURCE_DIR "/tests/data/policies/oracle.yaml";

/// Loads a text that must be a valid policy.
inline std::shared_ptr<const Policy> LoadValid(const std::string& text) {
  const PolicyLoad load = ParsePolicy(text, kPolicyFile);
  if (load.policy == nullptr) RC_FAIL(Render(load.diagnostics));
  return load.policy;
}

inline std::shared_ptr<const Policy> LoadModel(const Model& model, std::uint32_t style) {
  return LoadValid(WritePolicy(model, style).text);
}

/// The engine's decision in the words of an `Answer`.
Answer AnswerOf(const Policy& policy, const Decision& decision);

inline Answer Ask(const Policy& policy, const Question& question) {
  return AnswerOf(policy, policy.Decide(question.caller, question.path, question.now));
}

void showValue(const Answer& value, std::ostream& os);

}  // namespace certgate::oracle

#endif  // CERTGATE_TESTS_ORACLE_CHECK_H_
