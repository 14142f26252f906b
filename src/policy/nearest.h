#ifndef CERTGATE_SRC_POLICY_NEAREST_H_
#define CERTGATE_SRC_POLICY_NEAREST_H_

#include <certgate/decision.h>

#include <cstddef>
#include <optional>

#include "src/policy/entry_table.h"
#include "src/policy/held_values.h"

namespace certgate {

/// How many entries are compared to find the nearest one: of those that are filed under a value
/// that the caller holds, and then of the first ones of each pattern. 64 in all.
inline constexpr std::size_t kMaxFoundCandidates = 52;
inline constexpr std::size_t kMaxFirstCandidates = 12;

/// Keeps the entry that came nearest to matching: the one with the most selectors that hold, then
/// the one with the fewest that do not, then the most specific pattern's, then the earliest.
class Nearest {
 public:
  Nearest(const EntryTable& entries, const HeldValues& held) : entries_(entries), held_(held) {}

  /// `rank` is the place of the entry's method pattern among those that match, 0 the most specific.
  void Consider(EntryNumber entry, std::size_t rank);

  std::optional<EntryNumber> entry() const { return entry_; }
  Field failed() const { return fit_.first_failed; }

 private:
  bool IsNearer(const Fit& fit, EntryNumber entry, std::size_t rank) const;

  const EntryTable& entries_;
  const HeldValues& held_;
  std::optional<EntryNumber> entry_;
  std::size_t rank_ = 0;
  Fit fit_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_NEAREST_H_
