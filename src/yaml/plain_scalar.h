#ifndef CERTGATE_SRC_YAML_PLAIN_SCALAR_H_
#define CERTGATE_SRC_YAML_PLAIN_SCALAR_H_

#include <string_view>

namespace certgate {

/// What a scalar without quotes means to a YAML reader.
enum class PlainKind { kText, kNumber, kBoolean, kNull };

/// What YAML 1.1 or YAML 1.2 takes `text` for, whichever does not see a text in it: `010` and
/// `12:30` are numbers, `no` and `Y` booleans, `~` and the empty text null.
PlainKind ClassifyPlain(std::string_view text);

/// "a number", "a boolean", "null", "a text".
std::string_view Describe(PlainKind kind);

}  // namespace certgate

#endif  // CERTGATE_SRC_YAML_PLAIN_SCALAR_H_
