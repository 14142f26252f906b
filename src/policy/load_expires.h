#ifndef CERTGATE_SRC_POLICY_LOAD_EXPIRES_H_
#define CERTGATE_SRC_POLICY_LOAD_EXPIRES_H_

#include <absl/time/time.h>

#include <string_view>
#include <variant>

#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// Reads the value of `expires`: a date, which means its first moment in UTC, or a time of
/// RFC 3339, section 5.6, with its zone.
std::variant<absl::Time, Problem> ParseExpires(std::string_view text);

/// The same for another thing that is a time, which messages call `name`.
std::variant<absl::Time, Problem> ParseTime(std::string_view name, std::string_view text);

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_LOAD_EXPIRES_H_
