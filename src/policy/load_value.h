#ifndef CERTGATE_SRC_POLICY_LOAD_VALUE_H_
#define CERTGATE_SRC_POLICY_LOAD_VALUE_H_

#include <certgate/decision.h>

#include <string_view>
#include <variant>

#include "src/policy/document.h"
#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// Reads one value of the identity field `field` (not `any`) from `text`, a text that is not empty
/// and has no control characters. With `is_exact` a `*` is literal. See `SelectorValue` for the
/// canonical forms.
std::variant<SelectorValue, Problem> ParseSelectorValue(Field field, std::string_view text,
                                                        bool is_exact);

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_LOAD_VALUE_H_
