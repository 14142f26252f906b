#include "src/yaml/plain_scalar.h"

#include <algorithm>
#include <array>
#include <string>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool IsDigitOrUnderscore(char c) { return IsDigit(c) || c == '_'; }

template <typename Predicate>
bool IsRunOf(std::string_view text, Predicate predicate) {
  return !text.empty() && std::all_of(text.begin(), text.end(), predicate) &&
         std::any_of(text.begin(), text.end(), IsHexDigit);
}

template <std::size_t N>
bool IsOneOf(const std::string& text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// 0x1F, 0o17, 0b101.
bool IsPrefixedInteger(std::string_view text) {
  const std::string_view prefix = text.substr(0, 2);
  if (prefix == "0x") {
    return IsRunOf(text.substr(2), [](char c) { return IsHexDigit(c) || c == '_'; });
  }
  if (prefix == "0o") {
    return IsRunOf(text.substr(2), [](char c) { return c >= '0' && c <= '7'; });
  }
  if (prefix == "0b") {
    return IsRunOf(text.substr(2), [](char c) { return c == '0' || c == '1' || c == '_'; });
  }
  return false;
}

// 190:20:30 and 190:20:30.15, which YAML 1.1 counts in sixties.
bool IsSexagesimal(std::string_view text) {
  std::size_t colon = text.find(':');
  if (colon == text.npos || !IsRunOf(text.substr(0, colon), IsDigitOrUnderscore)) return false;
  if (!IsDigit(text[0])) return false;
  while (colon != text.npos) {
    text.remove_prefix(colon + 1);
    colon = text.find(':');
    std::string_view group = text.substr(0, colon);
    if (colon == text.npos) group = group.substr(0, group.find('.'));
    const bool is_group = (group.size() == 1 && IsDigit(group[0])) ||
                          (group.size() == 2 && group[0] <= '5' && IsRunOf(group, IsDigit));
    if (!is_group) return false;
  }
  const std::size_t dot = text.find('.');
  return dot == text.npos || std::all_of(text.begin() + static_cast<std::ptrdiff_t>(dot) + 1,
                                         text.end(), IsDigitOrUnderscore);
}

// 12, 1_000, 1.5, .5, 1., 1e3, 1.5E-3.
bool IsDecimal(std::string_view text) {
  std::size_t i = 0;
  bool has_digit = false;
  const auto take_digits = [&] {
    for (; i < text.size() && IsDigitOrUnderscore(text[i]); ++i) has_digit |= IsDigit(text[i]);
  };
  if (!text.empty() && text[0] == '_') return false;
  take_digits();
  if (i < text.size() && text[i] == '.') {
    ++i;
    take_digits();
  }
  if (!has_digit) return false;
  if (i == text.size()) return true;
  if (text[i] != 'e' && text[i] != 'E') return false;
  ++i;
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
  return IsRunOf(text.substr(i), IsDigit);
}

bool IsNumber(std::string_view text) {
  if (AsciiLower(text) == ".nan") return true;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  return AsciiLower(text) == ".inf" || IsPrefixedInteger(text) || IsSexagesimal(text) ||
         IsDecimal(text);
}

}  // namespace

PlainKind ClassifyPlain(std::string_view text) {
  static constexpr std::array<std::string_view, 8> kBooleans = {"y",  "n",   "yes",  "no",
                                                                "on", "off", "true", "false"};
  if (text.empty() || text == "~") return PlainKind::kNull;
  if (text.size() <= 5) {
    const std::string lower = AsciiLower(text);
    if (lower == "null") return PlainKind::kNull;
    if (IsOneOf(lower, kBooleans)) return PlainKind::kBoolean;
  }
  return IsNumber(text) ? PlainKind::kNumber : PlainKind::kText;
}

std::string_view Describe(PlainKind kind) {
  switch (kind) {
    case PlainKind::kNumber:
      return "a number";
    case PlainKind::kBoolean:
      return "a boolean";
    case PlainKind::kNull:
      return "null";
    case PlainKind::kText:
      break;
  }
  return "a text";
}

}  // namespace certgate
