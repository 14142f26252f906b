#ifndef CERTGATE_SRC_POLICY_LOAD_VALUE_H_
#define CERTGATE_SRC_POLICY_LOAD_VALUE_H_

#include <certgate/decision.h>

#include <string_view>
#include <variant>

#include "src/policy/document.h"
#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// How a value is written: as it is, or behind `exact` or `regex`.
enum class ValueForm { kPlain, kExact, kRegex };

/// Reads one value of the identity field `field` (not `any`) from `text`, a text that is not empty
/// and has no control characters. In a plain value a `*` is a wildcard, where the field has such.
/// See `SelectorValue` for the canonical forms.
std::variant<SelectorValue, Problem> ParseSelectorValue(Field field, std::string_view text,
                                                        ValueForm form);

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_LOAD_VALUE_H_
