#ifndef CERTGATE_SRC_ANALYSIS_CLAUSE_SET_H_
#define CERTGATE_SRC_ANALYSIS_CLAUSE_SET_H_

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/analysis/clause.h"

namespace certgate {

/// Clauses of which those that cover another one are found without looking at all of them: most
/// entries of large policies name exact values. Borrows the clauses.
class ClauseSet {
 public:
  void Add(const Clause* clause);

  /// The clause that covers the callers of `narrow` and expires last; null if none covers them.
  const Clause* FindCovering(const Clause& narrow) const;

  /// True if one clause covers `narrow`.
  bool Covers(const Clause& narrow) const;

  /// Calls `visit` with each clause that covers the callers of `narrow`, until it returns false.
  void EachCovering(const Clause& narrow, const std::function<bool(const Clause&)>& visit) const;

 private:
  using Clauses = std::vector<const Clause*>;

  /// Clauses with a selector of exact values only, under each of them.
  std::unordered_map<std::string, Clauses> by_value_;
  Clauses others_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_CLAUSE_SET_H_
