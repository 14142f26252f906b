#include "src/policy/load_value.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "src/policy/regex.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kMostNameBytes = 256;
constexpr std::size_t kMostValueBytes = 2048;
constexpr std::ptrdiff_t kMostStars = 32;
constexpr std::size_t kMostSerialDigits = 40;  // RFC 5280, section 4.1.2.2: 20 bytes
constexpr std::size_t kSha256Digits = 64;

using Parsed = std::variant<SelectorValue, Problem>;

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

char AsciiUpper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string Name(Field field) { return Quote(ToString(field)); }

ValueKind KindOf(bool is_pattern) { return is_pattern ? ValueKind::kPattern : ValueKind::kExact; }

bool HasStar(std::string_view text) { return text.find('*') != text.npos; }

// The digits of `0a1b` or `0a:1b`; nothing if it is neither.
std::optional<std::string> HexDigits(std::string_view text) {
  const bool has_colons = text.find(':') != text.npos;
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (has_colons && i % 3 == 2) {
      if (text[i] != ':') return std::nullopt;
    } else if (IsHexDigit(text[i])) {
      digits += text[i];
    } else {
      return std::nullopt;
    }
  }
  if (has_colons && text.size() % 3 != 2) return std::nullopt;
  return digits;
}

Parsed ParseSerial(std::string_view text) {
  if (HasStar(text)) return Problem{"`serial` takes no `*`", "write the whole serial number"};
  std::optional<std::string> digits = HexDigits(text);
  if (!digits) {
    return Problem{Quote(text) + " is not a serial number",
                   "write hexadecimal digits, such as \"0A1B2C\" or \"0A:1B:2C\""};
  }
  digits->erase(0, std::min(digits->find_first_not_of('0'), digits->size() - 1));
  if (digits->size() > kMostSerialDigits) {
    return Problem{"`serial` has more than 40 hexadecimal digits",
                   "no certificate has a longer one; check that it is a serial number"};
  }
  std::transform(digits->begin(), digits->end(), digits->begin(), AsciiUpper);
  return SelectorValue{*std::move(digits), ValueKind::kExact};
}

Parsed ParseSha256(std::string_view text) {
  if (HasStar(text)) return Problem{"`sha256` takes no `*`", "write the whole fingerprint"};
  const std::optional<std::string> digits = HexDigits(text);
  if (!digits) {
    return Problem{Quote(text) + " is not a SHA-256 fingerprint",
                   "write 64 hexadecimal digits, with or without colons between the bytes"};
  }
  if (digits->size() != kSha256Digits) {
    return Problem{
        "`sha256` has " + std::to_string(digits->size()) + " hexadecimal digits instead of 64",
        "`openssl x509 -noout -fingerprint -sha256` prints the right one"};
  }
  return SelectorValue{AsciiLower(*digits), ValueKind::kExact};
}

// Calls `check(part, is_last)` for each part of `text` between `separator`s, until one fails.
template <typename Check>
bool EachPart(std::string_view text, char separator, Check check) {
  while (true) {
    const std::size_t end = text.find(separator);
    const bool is_last = end == text.npos;
    if (!check(text.substr(0, end), is_last)) return false;
    if (is_last) return true;
    text.remove_prefix(end + 1);
  }
}

Parsed ParseDns(std::string_view text, bool is_exact) {
  if (text.ends_with('.')) {
    return Problem{"`dns` name " + Quote(text) + " ends with a dot",
                   "remove it: names in certificates have none"};
  }
  const bool has_empty_label =
      !EachPart(text, '.', [](std::string_view label, bool /*is_last*/) { return !label.empty(); });
  if (has_empty_label) {
    return Problem{"`dns` name " + Quote(text) + " has an empty label",
                   "write names such as `edge.acme.example`"};
  }
  const bool is_pattern = !is_exact && HasStar(text);
  const bool is_valid =
      !is_pattern || EachPart(text, '.', [](std::string_view label, bool /*is_last*/) {
        return label == "*" || !HasStar(label);
      });
  if (!is_valid) {
    return Problem{"in `dns` a `*` stands for one whole label",
                   "write `*.acme.example`, or list the names"};
  }
  return SelectorValue{AsciiLower(text), KindOf(is_pattern)};
}

// The length of the scheme with its colon (RFC 3986, section 3.1); 0 if there is none.
std::size_t SchemeLength(std::string_view uri) {
  const std::size_t colon = uri.find(':');
  if (colon == uri.npos || colon == 0) return 0;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_allowed = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  };
  const std::string_view scheme = uri.substr(0, colon);
  const bool is_valid =
      is_letter(scheme[0]) && std::all_of(scheme.begin(), scheme.end(), is_allowed);
  return is_valid ? colon + 1 : 0;
}

// What follows the scheme and the authority (RFC 3986, section 3.2).
std::string_view PathOf(std::string_view uri, std::size_t scheme_length) {
  std::string_view rest = uri.substr(scheme_length);
  if (!rest.starts_with("//")) return rest;
  return rest.substr(std::min(rest.find('/', 2), rest.size()));
}

bool HasUriPatternForm(std::string_view path) {
  bool is_first = true;
  return EachPart(path, '/', [&is_first](std::string_view segment, bool is_last) {
    const bool is_between_slashes = !std::exchange(is_first, false);
    if (!HasStar(segment)) return true;
    return is_between_slashes && (segment == "*" || (segment == "**" && is_last));
  });
}

Parsed ParseUri(std::string_view text, bool is_exact) {
  const bool is_pattern = !is_exact && HasStar(text);
  const std::size_t scheme_length = SchemeLength(text);
  if (is_pattern && HasStar(text.substr(0, text.find(':')))) {
    return Problem{"in `uri` a `*` cannot stand for the scheme",
                   "write the scheme, such as `spiffe://acme.example/*`"};
  }
  if (scheme_length == 0) {
    return Problem{"`uri` " + Quote(text) + " has no scheme",
                   "write it whole, such as `spiffe://acme.example/payments`"};
  }
  const std::string_view path = PathOf(text, scheme_length);
  if (is_pattern && HasStar(text.substr(0, text.size() - path.size()))) {
    return Problem{"in `uri` a `*` cannot stand for the authority",
                   "write what stands between `//` and the next `/`"};
  }
  if (is_pattern && !HasUriPatternForm(path)) {
    return Problem{"in `uri` a `*` stands for one whole path segment, and `**` for all of the end",
                   "write `spiffe://acme.example/*/api` or `spiffe://acme.example/**`"};
  }
  return SelectorValue{std::string(text), KindOf(is_pattern)};
}

std::optional<Problem> CheckSize(Field field, std::string_view text) {
  const bool is_name = field == Field::kCn || field == Field::kOu || field == Field::kO;
  const std::size_t most = is_name ? kMostNameBytes : kMostValueBytes;
  if (text.size() <= most) return std::nullopt;
  return Problem{Name(field) + " is longer than " + std::to_string(most) + " bytes",
                 "no certificate with such a value is accepted; shorten it"};
}

// Alternative names in certificates are ASCII (RFC 5280, section 4.2.1.6).
std::optional<Problem> CheckAscii(Field field, std::string_view text) {
  const bool is_ascii_field =
      field == Field::kDns || field == Field::kUri || field == Field::kEmail;
  const bool is_ascii = std::all_of(text.begin(), text.end(),
                                    [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!is_ascii_field || is_ascii) return std::nullopt;
  return Problem{Name(field) + " holds a character that is not ASCII",
                 "no certificate with such a value is accepted; write a domain in its `xn--` form, "
                 "and a URI with percent-encoding"};
}

Parsed ParseByField(Field field, std::string_view text, bool is_exact) {
  switch (field) {
    case Field::kSerial:
      return ParseSerial(text);
    case Field::kSha256:
      return ParseSha256(text);
    case Field::kDns:
      return ParseDns(text, is_exact);
    case Field::kUri:
      return ParseUri(text, is_exact);
    case Field::kClient:
    case Field::kIssuer:
      return SelectorValue{std::string(text), ValueKind::kExact};
    default:
      return SelectorValue{std::string(text), KindOf(!is_exact && HasStar(text))};
  }
}

bool TakesRegex(Field field) {
  return field != Field::kSerial && field != Field::kSha256 && field != Field::kClient &&
         field != Field::kIssuer;
}

Parsed ParseRegex(Field field, std::string_view text) {
  if (!TakesRegex(field)) {
    return Problem{Name(field) + " takes no `regex`", "write the value itself"};
  }
  const std::string error = Regex(field, text).error();
  if (error.empty()) return SelectorValue{std::string(text), ValueKind::kRegex};
  return Problem{"the regex " + Quote(text) + " does not compile: " + error,
                 "write an RE2 expression for the whole value, in single quotes, such as "
                 "'edge-[0-9]+'"};
}

}  // namespace

Parsed ParseSelectorValue(Field field, std::string_view text, ValueForm form) {
  if (std::optional<Problem> problem = CheckSize(field, text)) return *std::move(problem);
  if (form == ValueForm::kRegex) return ParseRegex(field, text);
  if (std::optional<Problem> problem = CheckAscii(field, text)) return *std::move(problem);
  Parsed parsed = ParseByField(field, text, form == ValueForm::kExact);
  const auto* value = std::get_if<SelectorValue>(&parsed);
  if (value != nullptr && value->kind == ValueKind::kPattern &&
      std::count(text.begin(), text.end(), '*') > kMostStars) {
    return Problem{Name(field) + " has more than 32 `*`", "split it into several values"};
  }
  return parsed;
}

}  // namespace certgate
