#ifndef CERTGATE_SRC_POLICY_LOAD_METHOD_KEY_H_
#define CERTGATE_SRC_POLICY_LOAD_METHOD_KEY_H_

#include <string_view>
#include <variant>

#include "src/policy/document.h"
#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// Tells which of the four forms the method key `key` has.
std::variant<MethodScope, Problem> ParseMethodKey(std::string_view key);

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_LOAD_METHOD_KEY_H_
