#ifndef CERTGATE_SRC_ANALYSIS_TOLD_CHANGES_H_
#define CERTGATE_SRC_ANALYSIS_TOLD_CHANGES_H_

#include <cstddef>
#include <vector>

#include "src/analysis/policy_diff.h"

namespace certgate {

/// A change as people are told of it: once, at the widest class of calls that it concerns.
struct ToldChange {
  /// Borrowed from the `PolicyDiff`; that of the class `at`.
  const Change* change = nullptr;
  std::size_t at = 0;
  /// The narrower classes with the same change.
  std::vector<std::size_t> also;
  /// The narrower classes without it, but for those below another one of them.
  std::vector<std::size_t> except;
};

/// Classes that change in the same way. There are several only if none of the changes concerns
/// narrower classes; then `changes` are those of the first.
struct ToldClasses {
  std::vector<std::size_t> classes;
  std::vector<ToldChange> changes;
};

/// All changes of all classes, each exactly once, in the order of `diff.classes`.
std::vector<ToldClasses> TellChanges(const PolicyDiff& diff);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_TOLD_CHANGES_H_
