#ifndef CERTGATE_SRC_POLICY_ENTRY_TABLE_H_
#define CERTGATE_SRC_POLICY_ENTRY_TABLE_H_

#include <absl/container/flat_hash_map.h>
#include <absl/time/time.h>
#include <certgate/decision.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/policy/document.h"
#include "src/policy/held_values.h"
#include "src/policy/text_arena.h"
#include "src/policy/value_table.h"

namespace certgate {

/// The number of an entry in its policy: those of methods first, then those of client sets, each in
/// the order of the file. For a method's entry it is the `RuleIndex`.
using EntryNumber = std::uint32_t;

/// One `allow` or `deny` list, or one client set: a run of entries.
using GroupNumber = std::uint32_t;

/// The names of client sets, each with its number in the policy. The views are borrowed.
using ClientNumbers = absl::flat_hash_map<std::string_view, std::uint32_t>;

/// How well an entry fits a caller.
struct Fit {
  int held = 0;
  int failed = 0;
  /// The first field that failed, in the order of `Field`; kNone if all hold.
  Field first_failed = Field::kNone;
};

/// All entries of a policy in compact form: one `{cn: x}` takes 20 bytes here.
class EntryTable {
 public:
  /// What few entries have and people want to know.
  struct Details {
    TextRef id;
    TextRef owner;
    TextRef reason;
    absl::Time expires = absl::InfiniteFuture();
  };

  /// `texts` must outlive the table.
  explicit EntryTable(TextArena& texts);
  EntryTable(const EntryTable&) = delete;
  EntryTable& operator=(const EntryTable&) = delete;

  /// Appends a group and all its entries. Throws std::invalid_argument for an entry that a valid
  /// document cannot hold (no selector, a selector without a value, an unknown client).
  GroupNumber AddGroup(const std::vector<Entry>& entries, ValueTable& values,
                       const ClientNumbers& clients);
  void ShrinkToFit();

  std::size_t size() const { return entries_.size(); }
  EntryNumber GroupBegin(GroupNumber group) const { return group_begins_[group]; }
  EntryNumber GroupEnd(GroupNumber group) const {
    return group + 1 < group_begins_.size() ? group_begins_[group + 1]
                                            : static_cast<EntryNumber>(entries_.size());
  }
  GroupNumber GroupOf(EntryNumber entry) const { return entries_[entry].group; }
  std::size_t LineOf(EntryNumber entry) const { return entries_[entry].line; }
  const Details& DetailsOf(EntryNumber entry) const { return details_[entries_[entry].details]; }

  /// True if an entry of the group has a `client` selector.
  bool UsesClients(GroupNumber group) const { return group_uses_clients_[group]; }

  /// The number of selectors of `entry`, at least 1, and the values of one of them.
  std::size_t SelectorCount(EntryNumber entry) const { return TermsOf(entry).size(); }
  std::span<const ValueId> ValuesOf(EntryNumber entry, std::size_t selector) const;

  /// The first field of `entry`, in the order of `Field`, that does not hold; kNone if all do.
  Field FirstFailed(EntryNumber entry, const HeldValues& held) const;
  bool HasExpired(EntryNumber entry, absl::Time now) const {
    return entries_[entry].details != 0 && now >= DetailsOf(entry).expires;
  }
  bool Matches(EntryNumber entry, const HeldValues& held, absl::Time now) const {
    return FirstFailed(entry, held) == Field::kNone && !HasExpired(entry, now);
  }
  /// All fields that do not hold, in the order of `Field`.
  std::vector<Field> AllFailed(EntryNumber entry, const HeldValues& held) const;
  Fit FitOf(EntryNumber entry, const HeldValues& held) const;

 private:
  struct CompactEntry {
    std::uint32_t first_term;
    std::uint32_t details;  // 0: none of them
    std::uint32_t line;
    GroupNumber group;
  };
  /// One selector: a `ValueId`, or with the top bit the number of a list of several.
  using Term = std::uint32_t;
  static constexpr Term kListBit = 1U << 31;
  struct List {
    std::uint32_t begin;
    std::uint32_t end;
  };

  void AddEntry(const Entry& entry, GroupNumber group, ValueTable& values,
                const ClientNumbers& clients);
  void AddTerm(std::vector<ValueId> values);
  std::uint32_t AddDetails(const Entry& entry);
  std::span<const Term> TermsOf(EntryNumber entry) const;
  std::span<const ValueId> ValuesOf(const Term& term) const;
  bool Holds(const Term& term, const HeldValues& held) const;

  TextArena& texts_;
  std::vector<CompactEntry> entries_;
  std::vector<Term> terms_;
  std::vector<List> lists_;
  std::vector<ValueId> list_values_;  // ascending within a list
  std::vector<Details> details_;
  std::vector<EntryNumber> group_begins_;
  std::vector<bool> group_uses_clients_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_ENTRY_TABLE_H_
