#ifndef CERTGATE_SRC_ANALYSIS_POLICY_TEST_FILE_H_
#define CERTGATE_SRC_ANALYSIS_POLICY_TEST_FILE_H_

#include <absl/time/time.h>
#include <certgate/decision.h>
#include <certgate/diagnostic.h>

#include <optional>
#include <string>
#include <vector>

#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// A text of a test file, and where it stands; empty if it was not given.
struct WrittenText {
  std::string text;
  SourceLocation location;
};

/// One attribute of a caller, such as `ou: payments`; of a list, one for each value.
struct CallerAttribute {
  Field field = Field::kNone;
  WrittenText value;
};

/// A caller, some methods, and what the policy is expected to decide for each of them.
struct PolicyTest {
  std::string name;
  SourceLocation location;
  /// The caller has either attributes or a certificate.
  std::vector<CallerAttribute> attributes;
  /// As written, relative to the test file's folder.
  WrittenText certificate;
  std::vector<std::string> methods;
  /// The time of the decision; absent where any time will do.
  std::optional<absl::Time> at;
  Effect expected = Effect::kDeny;
  std::optional<Reason> reason;
  /// The `id` or the place of the deciding entry.
  WrittenText rule;
};

/// A file of policy tests as it is written (docs/policy-tests.md).
struct PolicyTestFile {
  /// As written, relative to the test file's folder.
  WrittenText policy;
  std::vector<PolicyTest> tests;
};

/// Reads the test file in `log`, which gets what is wrong with it. Unless that is an error, there
/// is at least one test, names are unique, and each test has a caller, methods and an expectation
/// that does not contradict itself.
PolicyTestFile ReadPolicyTestFile(DiagnosticLog& log);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_POLICY_TEST_FILE_H_
