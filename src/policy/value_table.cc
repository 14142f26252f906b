#include "src/policy/value_table.h"

#include <algorithm>

namespace certgate {

ValueTable::ValueTable(TextArena& texts) : texts_(texts), values_(0, Hash{&texts}, Equal{&texts}) {}

ValueId ValueTable::Intern(Field field, ValueKind kind, std::string_view text) {
  const auto found = values_.find(Key{field, kind, text});
  if (found != values_.end()) return found->id;
  const auto number = static_cast<std::uint32_t>(
      std::min<std::size_t>(values_.size(), std::size_t{kMaxValueNumber} + 1));
  const ValueId id = MakeValueId(field, kind, number);
  values_.insert(Value{texts_.Add(text), id});
  if (kind == ValueKind::kExact) exact_fields_ |= 1U << static_cast<unsigned>(field);
  return id;
}

std::optional<ValueId> ValueTable::FindExact(Field field, std::string_view text) const {
  if ((exact_fields_ >> static_cast<unsigned>(field) & 1U) == 0) return std::nullopt;
  const auto found = values_.find(Key{field, ValueKind::kExact, text});
  if (found == values_.end()) return std::nullopt;
  return found->id;
}

std::vector<ValueTable::Value> ValueTable::Patterns() const {
  std::vector<Value> patterns;
  for (const Value& value : values_) {
    if (KindOf(value.id) != ValueKind::kExact) patterns.push_back(value);
  }
  std::sort(patterns.begin(), patterns.end(), [](const Value& a, const Value& b) {
    return (a.id & kMaxValueNumber) < (b.id & kMaxValueNumber);
  });
  return patterns;
}

}  // namespace certgate
