#ifndef CERTGATE_SRC_POLICY_VALUE_TABLE_H_
#define CERTGATE_SRC_POLICY_VALUE_TABLE_H_

#include <absl/container/flat_hash_set.h>
#include <absl/hash/hash.h>
#include <certgate/decision.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "src/policy/text_arena.h"
#include "src/policy/value_id.h"

namespace certgate {

/// The distinct values of a policy's selectors, each with its number.
class ValueTable {
 public:
  struct Value {
    TextRef text;
    ValueId id = 0;
  };

  /// `texts` must outlive the table.
  explicit ValueTable(TextArena& texts);
  ValueTable(const ValueTable&) = delete;
  ValueTable& operator=(const ValueTable&) = delete;

  /// The number of the value, a new one if it has none yet. Throws std::length_error when numbers
  /// run out.
  ValueId Intern(Field field, ValueKind kind, std::string_view text);

  /// The number of the exact value `text`, if the policy names it.
  std::optional<ValueId> FindExact(Field field, std::string_view text) const;

  /// All patterns and regexes, in the order in which they were interned.
  std::vector<Value> Patterns() const;

 private:
  struct Key {
    Field field;
    ValueKind kind;
    std::string_view text;
  };
  struct Hash {
    using is_transparent = void;
    const TextArena* texts;
    std::size_t operator()(const Key& key) const {
      return absl::HashOf(key.field, key.kind, key.text);
    }
    std::size_t operator()(const Value& value) const { return (*this)(KeyOf(value, *texts)); }
  };
  struct Equal {
    using is_transparent = void;
    const TextArena* texts;
    bool operator()(const Value& a, const Value& b) const { return a.id == b.id; }
    bool operator()(const Value& a, const Key& b) const {
      return FieldOf(a.id) == b.field && KindOf(a.id) == b.kind && texts->At(a.text) == b.text;
    }
    bool operator()(const Key& a, const Value& b) const { return (*this)(b, a); }
  };
  static Key KeyOf(const Value& value, const TextArena& texts) {
    return {FieldOf(value.id), KindOf(value.id), texts.At(value.text)};
  }

  TextArena& texts_;
  absl::flat_hash_set<Value, Hash, Equal> values_;
  /// Bit 1 << field: the policy has an exact value of that field, so that looking is worth while.
  std::uint32_t exact_fields_ = 0;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_VALUE_TABLE_H_
