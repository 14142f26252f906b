#include "tests/oracle/values.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <regex>
#include <vector>

namespace certgate::oracle {
namespace {

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

bool HasStar(const std::string& text) { return text.find('*') != text.npos; }

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// A `*` is either over, or takes one more character.
bool GlobMatches(const std::string& pattern, const std::string& text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*' && GlobMatches(pattern.substr(1), text)) return true;
  if (text.empty() || (pattern[0] != '*' && pattern[0] != text[0])) return false;
  return GlobMatches(pattern[0] == '*' ? pattern : pattern.substr(1), text.substr(1));
}

// A wildcard name in a certificate stands for hosts and is none of them: its `*` is no label.
bool DnsMatches(const std::string& pattern, const std::string& name) {
  const std::vector<std::string> wanted = Split(pattern, '.');
  const std::vector<std::string> labels = Split(name, '.');
  return std::equal(wanted.begin(), wanted.end(), labels.begin(), labels.end(),
                    [](const std::string& want, const std::string& label) {
                      return want == "*" ? !label.empty() && !HasStar(label) : want == label;
                    });
}

// A segment ends at a `/`, and the path of a URI at `?` or `#`.
bool SegmentsMatch(const std::vector<std::string>& wanted, const std::vector<std::string>& segments,
                   std::size_t i) {
  if (i == wanted.size()) return i == segments.size();
  if (i >= segments.size()) return false;
  const std::string& segment = segments[i];
  const bool is_last_wanted = i + 1 == wanted.size();
  const bool is_rest_empty = i + 1 == segments.size() && segment.empty();
  if (wanted[i] == "**" && is_last_wanted) return !is_rest_empty;
  if (wanted[i] == "*") {
    if (segment.empty() || segment.find_first_of("?#") != segment.npos) return false;
  } else if (wanted[i] != segment) {
    return false;
  }
  return SegmentsMatch(wanted, segments, i + 1);
}

bool PatternMatches(const std::string& field, const std::string& pattern, const std::string& text) {
  if (field == "dns") return DnsMatches(pattern, text);
  if (field == "uri") return SegmentsMatch(Split(pattern, '/'), Split(text, '/'), 0);
  return GlobMatches(pattern, text);
}

// The code points of a UTF-8 text: a `.` of a regex is a character, not a byte.
std::wstring CodePoints(const std::string& text) {
  std::wstring points;
  for (const char c : text) {
    const int byte = static_cast<unsigned char>(c);
    const bool is_continuation = byte >= 0x80 && byte < 0xC0;
    if (is_continuation) {
      points.back() = points.back() * 64 + byte % 64;
    } else {
      points += byte < 0x80 ? byte : byte < 0xE0 ? byte % 32 : byte < 0xF0 ? byte % 16 : byte % 8;
    }
  }
  return points;
}

// The random policies hold only what means the same in RE2 and in ECMAScript.
bool RegexMatches(const std::string& expression, const std::string& text, bool ignores_case) {
  const auto plain = std::regex_constants::ECMAScript;
  const std::wregex regex(CodePoints(expression),
                          ignores_case ? plain | std::regex_constants::icase : plain);
  return std::regex_match(CodePoints(text), regex);
}

// A number's digits without colons and leading zeros, all in upper case.
std::string Digits(const std::string& text) {
  std::string digits;
  for (const char c : text) {
    const bool is_leading_zero = c == '0' && digits.empty();
    if (c != ':' && !is_leading_zero) digits += static_cast<char>(std::toupper(c));
  }
  return digits;
}

}  // namespace

bool ValueHolds(const std::string& field, const Value& value, const std::string& text) {
  if (field == "serial" || field == "sha256") return Digits(value.text) == Digits(text);
  const bool is_dns = field == "dns";
  if (value.form == Form::kRegex) {
    return RegexMatches(value.text, is_dns ? Lower(text) : text, is_dns);
  }
  const std::string wanted = is_dns ? Lower(value.text) : value.text;
  const std::string given = is_dns ? Lower(text) : text;
  const bool is_pattern = value.form == Form::kPlain && HasStar(wanted);
  return is_pattern ? PatternMatches(field, wanted, given) : wanted == given;
}

}  // namespace certgate::oracle
