#include "src/policy/load_text.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "src/yaml/plain_scalar.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kMostIdBytes = 128;

bool HasInvisible(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeUtf8(text, i);
    if (IsInvisible(point.value)) return true;
    i += std::max<std::size_t>(point.length, 1);
  }
  return false;
}

// True for `allow[1]`, for what ends in ` deny[20]`, and for `revoked[3]`.
bool LooksLikePlace(std::string_view id) {
  if (id.empty() || id.back() != ']') return false;
  const std::size_t open = id.rfind('[');
  if (open == id.npos) return false;
  const std::string_view number = id.substr(open + 1, id.size() - open - 2);
  if (number.empty() || number.find_first_not_of("0123456789") != number.npos) return false;
  const std::string_view before = id.substr(0, open);
  return before == "allow" || before == "deny" || before == "revoked" ||
         before.ends_with(" allow") || before.ends_with(" deny");
}

}  // namespace

std::optional<Problem> CheckText(std::string_view name, const YamlScalar& scalar) {
  const bool is_required = name == "name" || name == "ca_file";
  const std::string hint = is_required ? "give it a value" : "give it a value, or remove it";
  if (scalar.is_absent) return Problem{Quote(name) + " has no value", hint};
  const PlainKind kind = scalar.is_quoted ? PlainKind::kText : ClassifyPlain(scalar.text);
  if (kind != PlainKind::kText) {
    // Quotes turn a decimal number into the hexadecimal one of the same digits.
    const bool is_hex = name == "serial" || name == "sha256";
    return Problem{Quote(name) + " must be a text, but " + Quote(scalar.text) + " is " +
                       std::string(Describe(kind)) + " in YAML",
                   (is_hex ? "put it in quotes, in hexadecimal: " : "put it in quotes: ") +
                       Quote("\"" + std::string(scalar.text) + "\"")};
  }
  if (scalar.text.empty()) return Problem{Quote(name) + " is empty", hint};
  if (scalar.text.find('\n') != scalar.text.npos) {
    return Problem{Quote(name) + " holds a line break", "write it on one line, in quotes"};
  }
  if (HasControl(scalar.text)) {
    return Problem{Quote(name) + " holds a control character", "remove it"};
  }
  return std::nullopt;
}

std::optional<Problem> CheckId(std::string_view id) {
  if (id.size() > kMostIdBytes) {
    return Problem{"`id` is longer than " + std::to_string(kMostIdBytes) + " bytes",
                   "shorten it; `reason` has room for more"};
  }
  if (HasInvisible(id)) {
    return Problem{"`id` holds a character that cannot be seen", "remove it"};
  }
  if (LooksLikePlace(id)) {
    return Problem{"`id` " + Quote(id) + " looks like the place of an entry without `id`",
                   "choose another name, without the number in brackets"};
  }
  return std::nullopt;
}

}  // namespace certgate
