#ifndef CERTGATE_SRC_ANALYSIS_IMPORT_AUTHZ_H_
#define CERTGATE_SRC_ANALYSIS_IMPORT_AUTHZ_H_

#include <certgate/diagnostic.h>

#include <string>
#include <variant>
#include <vector>

#include "src/analysis/imported_policy.h"

namespace certgate {

/// The gRPC authorization policy `text` (gRFC A43, JSON) as a policy. `file` is the name that
/// diagnostics and comments show; `name` becomes the policy's name, or if it is empty the one that
/// the text has. The diagnostics say what is wrong with the text; one of them is an error.
///
/// What the result allows, A43 allows too: for each caller that certgate accepts as an identity.
/// (DNS names are compared without regard to case, which A43 does not say.)
std::variant<ImportedPolicy, std::vector<Diagnostic>> ImportAuthzPolicy(const std::string& text,
                                                                        const std::string& file,
                                                                        const std::string& name);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_IMPORT_AUTHZ_H_
