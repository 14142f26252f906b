#include "tests/oracle/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string_view>

namespace certgate::oracle {
namespace {

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// What YAML takes for a boolean or null.
bool IsReserved(const std::string& text) {
  constexpr std::array<std::string_view, 9> kWords = {"y",   "n",    "yes",   "no",  "on",
                                                      "off", "true", "false", "null"};
  std::string lower;
  for (const char c : text) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::find(kWords.begin(), kWords.end(), lower) != kWords.end();
}

// True for a character that may stand anywhere in a scalar without quotes. (In brackets `,[]{}`
// may not.)
bool IsHarmless(char c) {
  return IsLetter(c) || IsDigit(c) || static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("_./@+-'\"*$=()").find(c) != std::string_view::npos;
}

// A stricter rule than YAML's: where it says yes, every reader agrees.
bool IsSafePlain(const std::string& text) {
  if (text.empty() || IsReserved(text)) return false;
  const bool is_date = text.size() >= 10 && text[4] == '-' && text[7] == '-';
  if (!IsLetter(text[0]) && text[0] != '/' && !is_date) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : ' ';
    const bool is_blank = text[i] == ' ' && (IsLetter(next) || IsDigit(next));
    const bool is_inner =
        (text[i] == ':' || text[i] == '#') && (IsLetter(next) || IsDigit(next) || next == '/');
    if (!IsHarmless(text[i]) && !is_blank && !is_inner) return false;
  }
  return true;
}

std::string InSingleQuotes(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c;
    if (c == '\'') quoted += c;
  }
  return quoted + "'";
}

std::string InDoubleQuotes(const std::string& text, Style& style) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && style.OneIn(32)) {
      quoted += "\\x";
      quoted += kHex[byte / 16];
      quoted += kHex[byte % 16];
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

std::string WriteScalar(const std::string& text, Style& style) {
  const bool is_plain = IsSafePlain(text) && !style.OneIn(4);
  if (is_plain) return text;
  return style.OneIn(2) ? InSingleQuotes(text) : InDoubleQuotes(text, style);
}

}  // namespace certgate::oracle
