#ifndef CERTGATE_SRC_POLICY_PATTERN_INDEX_H_
#define CERTGATE_SRC_POLICY_PATTERN_INDEX_H_

#include <absl/container/flat_hash_map.h>
#include <certgate/decision.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/policy/held_values.h"
#include "src/policy/regex.h"
#include "src/policy/text_arena.h"
#include "src/policy/value_table.h"

namespace certgate {

/// Finds the patterns and regexes that a text matches without trying all of them. A pattern is
/// filed under what stands before its first `*` or behind its last one, whichever fewer patterns of
/// its field share; a text tries those whose literal end it has. A pattern with `*` at both ends
/// has nothing to be filed under, and every text of its field tries it. A regex is filed under the
/// literal that it begins with, if it does.
class PatternIndex {
 public:
  /// `texts` must outlive the index and stay as it is.
  PatternIndex(const TextArena& texts, const std::vector<ValueTable::Value>& patterns);
  PatternIndex(const PatternIndex&) = delete;
  PatternIndex& operator=(const PatternIndex&) = delete;

  /// Adds to `held` the patterns and regexes of `field` that `text` matches.
  void Match(Field field, std::string_view text, HeldValues& held, DecisionWork& work) const;

 private:
  enum class End : std::size_t { kPrefix = 0, kSuffix = 1 };
  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  /// The patterns of one field that are filed under one of their ends.
  struct Filed {
    absl::flat_hash_map<std::string, Range> by_literal;
    /// The distinct lengths of the literals, ascending: as many look-ups as a text takes.
    std::vector<std::size_t> lengths;
  };
  struct Placed;
  struct Filing {
    ValueTable::Value value;
    /// Null for a pattern.
    std::unique_ptr<const Regex> regex;
  };

  Placed Read(const ValueTable::Value& value) const;
  static void ChooseEnds(std::vector<Placed>& all);
  void File(Placed& placed);
  bool Matches(Field field, const Filing& filing, std::string_view text) const;
  void MatchFiled(Field field, End end, std::string_view text, HeldValues& held,
                  DecisionWork& work) const;
  static std::size_t SlotOf(Field field, End end) {
    return 2 * static_cast<std::size_t>(field) + static_cast<std::size_t>(end);
  }

  const TextArena& texts_;
  /// Grouped by the literal that they are filed under.
  std::vector<Filing> patterns_;
  std::array<Filed, 2 * (static_cast<std::size_t>(Field::kAny) + 1)> filed_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_PATTERN_INDEX_H_
