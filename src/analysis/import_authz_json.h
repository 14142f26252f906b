#ifndef CERTGATE_SRC_ANALYSIS_IMPORT_AUTHZ_JSON_H_
#define CERTGATE_SRC_ANALYSIS_IMPORT_AUTHZ_JSON_H_

#include <string>
#include <vector>

#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// A rule of a gRPC authorization policy (gRFC A43), as it is written.
struct AuthzRule {
  std::string name;
  /// JSON pointer (RFC 6901): `/allow_rules/0`.
  std::string place;
  /// The rule as JSON in one line.
  std::string json;
  /// Empty means everybody, without a certificate too.
  std::vector<std::string> principals;
  /// Empty means every path.
  std::vector<std::string> paths;
  bool has_headers = false;
};

struct AuthzPolicy {
  std::string name;
  std::vector<AuthzRule> deny;
  std::vector<AuthzRule> allow;
  bool has_audit_options = false;
};

/// Reads the gRPC authorization policy in `log` as strictly as gRPC does: fields that A43 does not
/// know are errors, because a policy must not be applied without them. Stricter than gRPC: a field
/// that occurs twice, and two rules of one name, of which gRPC silently keeps the last one.
AuthzPolicy ReadAuthzPolicy(DiagnosticLog& log);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_IMPORT_AUTHZ_JSON_H_
