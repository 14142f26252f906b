#ifndef CERTGATE_SRC_POLICY_VALUE_ID_H_
#define CERTGATE_SRC_POLICY_VALUE_ID_H_

#include <certgate/decision.h>

#include <cstdint>
#include <stdexcept>

#include "src/policy/document.h"

namespace certgate {

/// A number for one distinct selector value of a policy: equal numbers, equal field, kind and
/// text. The field stands in bits 27 to 30, the kind in bits 25 and 26; bit 31 is always 0.
using ValueId = std::uint32_t;

inline constexpr std::uint32_t kValueFieldShift = 27;
inline constexpr std::uint32_t kValueKindShift = 25;
inline constexpr std::uint32_t kMaxValueNumber = (1U << kValueKindShift) - 1;

/// Throws std::length_error when `number` has no room: over 33 million distinct values.
inline ValueId MakeValueId(Field field, ValueKind kind, std::uint32_t number) {
  if (number > kMaxValueNumber) throw std::length_error("too many distinct values in a policy");
  return static_cast<std::uint32_t>(field) << kValueFieldShift |
         static_cast<std::uint32_t>(kind) << kValueKindShift | number;
}

inline Field FieldOf(ValueId id) noexcept { return static_cast<Field>(id >> kValueFieldShift); }

inline ValueKind KindOf(ValueId id) noexcept {
  return static_cast<ValueKind>(id >> kValueKindShift & 3U);
}

/// The value of an `any` selector, which every caller holds.
inline constexpr ValueId kAnyValue = static_cast<std::uint32_t>(Field::kAny) << kValueFieldShift;

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_VALUE_ID_H_
