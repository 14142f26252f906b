#ifndef CERTGATE_SRC_ANALYSIS_CLAUSE_ALGEBRA_H_
#define CERTGATE_SRC_ANALYSIS_CLAUSE_ALGEBRA_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "src/analysis/clause.h"

namespace certgate {

/// Brings selectors and their values into the one order that `CoversSelector` and `TextOf` need.
void SortSelectors(Clause& clause);

/// The same callers in fewer words: without values and selectors that others imply, and without
/// `any` beside another selector, sorted. Nothing if no caller can match, as none has two common
/// names.
std::optional<Clause> Simplify(Clause clause);

/// False only if no caller matches both at one time. Sound, not complete: true may mean "cannot be
/// told", since a caller may have any number of organizational units.
bool MayOverlap(const Clause& a, const Clause& b);

/// A text that tells whom the clause matches, whatever its `expires`: the same for two simplified
/// clauses only if they match the same callers.
std::string TextOf(const Clause& clause);

/// Clauses with one value in each selector that together match the same callers; the clause itself
/// if they would be more than `most`.
std::vector<Clause> Split(const Clause& clause, std::size_t most);

/// The reverse, for clauses that `Split` made of one: as few as are easily found.
std::vector<Clause> Merge(std::vector<Clause> parts);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_CLAUSE_ALGEBRA_H_
