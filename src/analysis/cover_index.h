#ifndef CERTGATE_SRC_ANALYSIS_COVER_INDEX_H_
#define CERTGATE_SRC_ANALYSIS_COVER_INDEX_H_

#include <absl/container/flat_hash_map.h>
#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "src/analysis/clause.h"
#include "src/analysis/entry_place.h"
#include "src/policy/document.h"
#include "src/policy/regex.h"

namespace certgate {

/// Finds, for an entry, others that match all of its callers, without comparing it to each: an
/// entry is filed under the values of its rarest selector, and whatever covers another entry shares
/// such a value with it, has a pattern that begins or ends like one, or refers to a client set that
/// does.
///
/// What it says is sure. What it gives up, so that the time does not grow with the square of the
/// policy: entries beyond `kMostTried` that are filed alike (hundreds of patterns that begin and
/// end alike under one method, say), regexes beyond `kMostRegexes` unless they are the same text,
/// client sets nested deeper than `Expander::kDeepest`, and everything after `kMostWork`
/// comparisons.
class CoverIndex {
 public:
  static constexpr std::size_t kMostTried = 500;
  static constexpr std::size_t kMostRegexes = 1'000;
  static constexpr std::size_t kMostWork = 50'000'000;
  /// A list of more values is not taken apart, to find that several entries have a part each.
  static constexpr std::size_t kMostSplit = 100;

  /// A list of entries.
  using Section = std::uint32_t;

  /// Borrows the document. Entries that have expired at `now` are left out.
  CoverIndex(const PolicyDocument& document, absl::Time now);
  CoverIndex(const CoverIndex&) = delete;
  CoverIndex& operator=(const CoverIndex&) = delete;

  /// `method` and `client` are places in the document's lists.
  static Section AllowOf(std::size_t method) { return static_cast<Section>(2 * method); }
  static Section DenyOf(std::size_t method) { return static_cast<Section>(2 * method + 1); }
  Section Revoked() const { return static_cast<Section>(2 * document_.methods.size()); }
  Section ClientOf(std::size_t client) const {
    return Revoked() + 1 + static_cast<Section>(client);
  }

  /// Entries of `sections` that together match each caller that `entry` matches, as long as it
  /// does; never `entry` itself. Empty if there are none, if `entry` has expired, or if it cannot
  /// be told. Each pointer is one of `places`.
  std::vector<const EntryPlace*> FindCover(const Entry& entry, std::span<const Section> sections);

  /// `entry` covers nothing any more.
  void Remove(const Entry& entry);

  /// The comparisons so far.
  std::size_t work() const { return work_; }

  /// All entries, as `PlacesOf` has them.
  const std::vector<EntryPlace>& places() const { return places_; }
  /// The list in which the entry stands.
  Section SectionOf(const EntryPlace& place) const;

 private:
  /// Who is meant: those that `own` matches and who are in one of `clients` (if there are any).
  struct Callers {
    Clause own;
    std::vector<std::string_view> clients;  // sorted
  };
  struct Filing {
    Callers callers;
    bool is_removed = false;
  };
  /// What an entry is filed under: a value, what stands before or behind the wildcards of a
  /// pattern, or nothing: `kAlways` if it has no selector to look for, `kMembers` if it matches the
  /// members of client sets.
  enum class SlotKind : std::uint8_t { kSame, kPrefix, kSuffix, kAlways, kMembers };
  struct Slot {
    Section section = 0;
    SlotKind kind = SlotKind::kSame;
    Field field = Field::kNone;
    ValueKind value_kind = ValueKind::kExact;
    std::string_view text;

    friend bool operator==(const Slot&, const Slot&) = default;
    template <typename H>
    friend H AbslHashValue(H hash, const Slot& slot) {
      // Debian 12's absl does not know how to hash a std::string_view.
      return H::combine(std::move(hash), slot.section, slot.kind, slot.field, slot.value_kind,
                        std::hash<std::string_view>()(slot.text));
    }
  };
  struct Filed {
    std::size_t number = 0;
    /// The regex by which it was filed, if there is one.
    const Regex* regex = nullptr;
  };
  using Counts = absl::flat_hash_map<Slot, std::size_t>;
  class Search;

  Callers CallersOf(const Entry& entry, const Expander& expander) const;
  void ReadRegexes(const Filing& filing);
  std::string_view PrefixOf(const SelectorValue& value) const;
  void CountSlots(std::size_t number, Counts& counts) const;
  Slot SlotOf(Section section, Field field, const SelectorValue& value, const Counts& counts) const;
  std::size_t Rarity(Section section, const Selector& selector, const Counts& counts) const;
  void File(std::size_t number, const Counts& counts);
  void FileBy(const Selector& selector, std::size_t number, const Counts& counts);
  void FileUnder(const Slot& slot, Filed filed);
  std::optional<Section> FindClient(std::string_view name) const;

  const PolicyDocument& document_;
  const absl::Time now_;
  std::size_t work_ = 0;
  std::unordered_map<std::string_view, std::size_t> clients_;
  std::vector<EntryPlace> places_;
  std::unordered_map<const Entry*, std::size_t> numbers_;
  std::vector<Filing> filings_;  // as `places_`
  absl::flat_hash_map<Slot, std::vector<Filed>> slots_;
  /// The lengths of the prefixes and suffixes of one section and field, each once.
  absl::flat_hash_map<std::tuple<Section, SlotKind, Field>, std::vector<std::size_t>> lengths_;
  struct KnownRegex {
    std::string prefix;
    Regex regex;
  };
  std::deque<KnownRegex> regexes_;
  std::unordered_map<const SelectorValue*, const KnownRegex*> regex_of_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_COVER_INDEX_H_
