#ifndef CERTGATE_SRC_POLICY_ENTRY_INDEX_H_
#define CERTGATE_SRC_POLICY_ENTRY_INDEX_H_

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "src/policy/entry_table.h"
#include "src/policy/value_id.h"

namespace certgate {

/// The number of a part of the index that is searched on its own.
using SectionNumber = std::uint32_t;

/// Finds the entries that may match a caller by a value that the caller holds. Within its section
/// an entry is filed under the values of one of its selectors only, the one that the fewest
/// entries share, so that neither a common unit nor a long policy makes candidates.
class EntryIndex {
 public:
  EntryIndex() = default;
  EntryIndex(const EntryIndex&) = delete;
  EntryIndex& operator=(const EntryIndex&) = delete;

  /// Files the entries `first` to `last` (exclusive) of `entries`.
  void AddSection(SectionNumber section, const EntryTable& entries, EntryNumber first,
                  EntryNumber last);
  /// Must be called once, after the last section and before the first `Find`.
  void Finish();

  /// The entries of `section` that are filed under `value`, ascending.
  std::span<const EntryNumber> Find(SectionNumber section, ValueId value) const;

 private:
  /// Most values lead to one entry, which is kept here; else a run of `shared_`.
  struct Posting {
    std::uint32_t first;
    std::uint32_t count;
  };
  struct Filing {
    std::uint64_t key;
    EntryNumber entry;
  };
  static std::uint64_t KeyOf(SectionNumber section, ValueId value) {
    return std::uint64_t{section} << 32 | value;
  }

  std::vector<Filing> filings_;  // until Finish
  absl::flat_hash_map<std::uint64_t, Posting> postings_;
  std::vector<EntryNumber> shared_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_ENTRY_INDEX_H_
