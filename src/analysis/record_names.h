#ifndef CERTGATE_SRC_ANALYSIS_RECORD_NAMES_H_
#define CERTGATE_SRC_ANALYSIS_RECORD_NAMES_H_

#include <string>
#include <vector>

#include "src/analysis/access.h"
#include "src/policy/document.h"

namespace certgate {

/// What audit records will name otherwise though the meaning is the same: the policy's name, and
/// the id, owner and reason of entries that both policies have under the same method key. Each is a
/// phrase: "policy `shop` instead of `store`".
std::vector<std::string> DiffRecordNames(const PolicyDocument& before, const Access& old_access,
                                         const PolicyDocument& after, const Access& new_access);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_RECORD_NAMES_H_
