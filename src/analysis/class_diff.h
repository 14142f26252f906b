#ifndef CERTGATE_SRC_ANALYSIS_CLASS_DIFF_H_
#define CERTGATE_SRC_ANALYSIS_CLASS_DIFF_H_

#include <absl/time/time.h>

#include <optional>
#include <vector>

#include "src/analysis/access.h"
#include "src/analysis/policy_diff.h"

namespace certgate {

/// The lists of several method keys, or `revoked`, as one.
using AccessLists = std::vector<const AccessList*>;

/// Callers whom one policy's lists match and another's do not, or not for as long.
struct Difference {
  Clause clause;
  /// Until when the other lists match them; nothing if not at all.
  std::optional<absl::Time> other_end;
};

/// The callers of `lists` whom `others` do not match, or not for as long, in as few clauses as are
/// easily found. Those whom `denied` match too are left out.
std::vector<Difference> DifferencesOf(const AccessLists& lists, const AccessLists& denied,
                                      const AccessLists& others);

/// What changes for the callers of one class.
std::vector<Change> DiffCallers(const Access& before, const ClassAccess& old_access,
                                const Access& after, const ClassAccess& new_access);

/// Where the clause of one of the files stands.
ChangePlace PlaceOf(const Clause& clause, bool is_new);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_CLASS_DIFF_H_
