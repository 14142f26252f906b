#ifndef CERTGATE_SRC_POLICY_LOAD_TEXT_H_
#define CERTGATE_SRC_POLICY_LOAD_TEXT_H_

#include <optional>
#include <string_view>

#include "src/yaml/diagnostic_log.h"
#include "src/yaml/reader.h"

namespace certgate {

/// Says what is wrong with `scalar` as the value of `name`, where a text is meant: nothing there, a
/// number, a boolean or null without quotes, the empty text, control characters.
std::optional<Problem> CheckText(std::string_view name, const YamlScalar& scalar);

/// Says what is wrong with `id`, which `CheckText` has passed.
std::optional<Problem> CheckId(std::string_view id);

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_LOAD_TEXT_H_
