#ifndef CERTGATE_SRC_ANALYSIS_AUTHORITY_DIFF_H_
#define CERTGATE_SRC_ANALYSIS_AUTHORITY_DIFF_H_

#include <vector>

#include "src/analysis/access.h"
#include "src/analysis/policy_diff.h"
#include "src/policy/document.h"

namespace certgate {

/// The authorities of two policies. One is the same in both if it has the same CA certificates,
/// whatever it is called, or else if it has the same name.
struct AuthorityDiff {
  /// The names of the old policy's authorities: those of the new one for the same authorities. No
  /// name stands for two.
  AuthorityNames old_names;
  /// Each name as it is.
  AuthorityNames new_names;
  std::vector<WideChange> changes;
};

AuthorityDiff DiffAuthorities(const PolicyDocument& before, const PolicyDocument& after);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_AUTHORITY_DIFF_H_
