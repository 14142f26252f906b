#ifndef CERTGATE_SRC_ANALYSIS_IMPORT_AUTHZ_PRINCIPAL_H_
#define CERTGATE_SRC_ANALYSIS_IMPORT_AUTHZ_PRINCIPAL_H_

#include <string>
#include <vector>

#include "src/policy/document.h"

namespace certgate {

/// The callers of a rule of a gRPC authorization policy, as entries of which one is enough.
///
/// A43 compares each principal with the certificate's URI names, then its DNS names, then the text
/// of its whole subject ("CN=app,OU=payments"), which a certgate policy cannot select by.
struct AuthzCallers {
  /// Empty if nobody is left.
  std::vector<Entry> entries;
  /// Of an allow rule: which callers are left out. Of a deny rule: whom else the entries deny.
  std::vector<std::string> differences;
  std::vector<std::string> remarks;
};

/// Entries for an allow rule: each caller that matches them matches a principal.
AuthzCallers AllowedCallers(const std::vector<std::string>& principals);

/// Entries for a deny rule: each caller that matches a principal matches them.
AuthzCallers DeniedCallers(const std::vector<std::string>& principals);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_IMPORT_AUTHZ_PRINCIPAL_H_
