#ifndef CERTGATE_SRC_ANALYSIS_POLICY_TEST_BUILDER_H_
#define CERTGATE_SRC_ANALYSIS_POLICY_TEST_BUILDER_H_

#include <certgate/diagnostic.h>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/analysis/policy_test_file.h"
#include "src/analysis/policy_test_node.h"
#include "src/yaml/diagnostic_log.h"
#include "src/yaml/reader.h"

namespace certgate {

/// Puts together the tests of a file, one after the other: `Begin`, then `OnKey` and the values for
/// each of its keys, then `End`.
class PolicyTestBuilder {
 public:
  explicit PolicyTestBuilder(DiagnosticLog& log) : log_(log) {}

  void Begin(SourceLocation location);
  /// A key that the test has, or that was meant.
  void OnKey(std::string_view key) { keys_.emplace(key); }
  /// Something in the test has been reported: nothing is missing then.
  void OnRejected() { is_damaged_ = true; }

  /// The value of `expect`.
  void OnExpect(const YamlScalar& scalar);
  /// An attribute `key` of the caller, or one of its values.
  void OnAttribute(const std::string& key, const YamlScalar& scalar);
  /// Any other value; a text without control characters.
  void OnText(TestNode node, const YamlScalar& scalar);
  /// The end of the caller that began at `location`.
  void EndCaller(SourceLocation location);

  /// The test; reports what is missing in it and what contradicts itself.
  PolicyTest End();

 private:
  void OnName(const YamlScalar& scalar);
  void OnTime(const YamlScalar& scalar);
  void OnReason(const YamlScalar& scalar);
  void RequireKeys();
  void CheckReason();
  void CheckMethods();

  DiagnosticLog& log_;
  PolicyTest test_;
  std::set<std::string, std::less<>> keys_;
  bool is_damaged_ = false;
  std::size_t errors_before_ = 0;
  SourceLocation reason_location_;
  std::vector<SourceLocation> method_locations_;
  // Of all tests so far: the line of each name.
  std::unordered_map<std::string, std::size_t> names_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_POLICY_TEST_BUILDER_H_
