#ifndef CERTGATE_TESTS_ORACLE_PROPERTY_H_
#define CERTGATE_TESTS_ORACLE_PROPERTY_H_

#include <rapidcheck.h>
#include <rapidcheck/detail/TestListenerAdapter.h>

#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <unordered_map>
#include <utility>

#include "tests/support/catch2.h"

// RapidCheck under Catch2.
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

}  // namespace certgate::oracle

#endif  // CERTGATE_TESTS_ORACLE_PROPERTY_H_
