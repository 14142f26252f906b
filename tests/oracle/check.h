#ifndef CERTGATE_TESTS_ORACLE_CHECK_H_
#define CERTGATE_TESTS_ORACLE_CHECK_H_

#include <certgate/policy.h>
#include <rapidcheck.h>
#include <rapidcheck/detail/TestListenerAdapter.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>

#include "tests/oracle/evaluator.h"
#include "tests/oracle/generate.h"
#include "tests/oracle/policy_text.h"
#include "tests/support/catch2.h"

// What the tests of random policies share: RapidCheck under Catch2, and the engine's side.
namespace certgate::oracle {

/// A number from the environment, or `usual` where it is not set.
inline std::uint64_t NumberFromEnvironment(const char* name, std::uint64_t usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::stoull(text);
}

/// Runs `property` on `cases` random cases, and fails the test with the smallest case that it can
/// find if it does not hold. The same seed makes the same cases.
template <typename Property>
void CheckProperty(std::uint64_t seed, int cases, Property property) {
  rc::detail::TestParams params;
  params.seed = seed;
  params.maxSuccess = cases;
  rc::detail::TestListenerAdapter listener;
  const auto result =
      rc::detail::checkTestable(std::move(property), rc::detail::TestMetadata(), params, listener,
                                std::unordered_map<std::string, rc::detail::Reproduce>());
  if (result.template is<rc::detail::SuccessResult>()) return;
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  FAIL("seed " << seed << ": " << message.str());
}

/// The seed of the first cases: a fixed one, unless CERTGATE_ORACLE_SEED has another.
inline std::uint64_t FirstSeed() { return NumberFromEnvironment("CERTGATE_ORACLE_SEED", 20261123); }

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
