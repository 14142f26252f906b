#ifndef CERTGATE_SRC_POLICY_POLICY_SOURCE_H_
#define CERTGATE_SRC_POLICY_POLICY_SOURCE_H_

#include <certgate/diagnostic.h>
#include <certgate/policy.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/policy/document.h"
#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// A policy as its author sees it beside the compiled one, for tools that explain and compare.
struct PolicySource {
  /// The file's name as the caller gave it, and its bytes.
  std::string file;
  std::string text;
  /// Empty where `policy` is null. The entries of `allow` and `deny` in the order of its methods,
  /// and then those of `revoked`, are the policy's rules: the first is `RuleIndex` 0.
  PolicyDocument document;
  /// Null exactly if a diagnostic is an error.
  std::shared_ptr<const Policy> policy;
  std::vector<Diagnostic> diagnostics;
};

/// As `LoadPolicy`, keeping what was read. Never throws.
PolicySource ReadPolicySource(const std::string& path);
/// As `ParsePolicy`.
PolicySource ParsePolicySource(std::string text, const std::string& file);

/// Reads and checks the policy text of `log`, which gets the diagnostics. Unless they hold an error
/// the result is a valid document with its version.
PolicyDocument ReadPolicyDocument(DiagnosticLog& log, const std::string& file);

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_POLICY_SOURCE_H_
