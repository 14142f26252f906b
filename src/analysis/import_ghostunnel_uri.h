#ifndef CERTGATE_SRC_ANALYSIS_IMPORT_GHOSTUNNEL_URI_H_
#define CERTGATE_SRC_ANALYSIS_IMPORT_GHOSTUNNEL_URI_H_

#include <string>
#include <string_view>
#include <vector>

#include "src/policy/document.h"

namespace certgate {

/// A value of ghostunnel's `--allow-uri`: segments between `/`, of which `*` stands for any one
/// that is not empty, and a last `**` for all the rest, even if there is none. A `/` at the end
/// does not count, neither here nor in a certificate.
struct GhostunnelUri {
  /// What matches the same URIs; of SPIFFE IDs, the same that are valid.
  std::vector<SelectorValue> values;
  /// Why there are no values.
  std::string problem;
  /// True if ghostunnel would not take the pattern either.
  bool is_invalid = false;
};

GhostunnelUri ImportGhostunnelUri(std::string_view pattern);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_IMPORT_GHOSTUNNEL_URI_H_
