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
#include "src/yaml/input_file.h"

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
/// As `ParsePolicy` below.
PolicySource ParsePolicySource(std::string text, const std::string& file,
                               const FileReader& read = ReadInputFile);

/// As the `ParsePolicy` of two arguments, but `read` gives the content of the CA files. It is
/// called once for each authority with a `ca_file`, with that path as seen from the folder of
/// `file`, and `CA file`; what it throws fails the load. Never throws.
PolicyLoad ParsePolicy(std::string_view text, const std::string& file, const FileReader& read);

/// Reads and checks the policy text of `log`, which gets the diagnostics. Unless they hold an error
/// the result is a valid document with its version.
PolicyDocument ReadPolicyDocument(DiagnosticLog& log, const std::string& file,
                                  const FileReader& read);

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_POLICY_SOURCE_H_
