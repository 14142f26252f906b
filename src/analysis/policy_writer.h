#ifndef CERTGATE_SRC_ANALYSIS_POLICY_WRITER_H_
#define CERTGATE_SRC_ANALYSIS_POLICY_WRITER_H_

#include <string>
#include <string_view>
#include <vector>

#include "src/policy/document.h"

namespace certgate {

/// The document as a policy file, which reads as the same document. It begins with `comments`, one
/// a line (made printable, and broken where a line is long), and ends with an end mark.
std::string WritePolicy(const PolicyDocument& document, const std::vector<std::string>& comments);

/// `text`, UTF-8, as a YAML scalar that is read as this very text: plain where that is safe, else
/// in double quotes. Characters that cannot be seen are written as escapes.
std::string YamlScalarFor(std::string_view text);

/// True if both hold the same entries, under the same names and keys, in the same order, whatever
/// their files and places.
bool IsSamePolicy(const PolicyDocument& a, const PolicyDocument& b);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_POLICY_WRITER_H_
