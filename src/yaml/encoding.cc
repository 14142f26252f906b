#include "src/yaml/encoding.h"

#include <string>
#include <string_view>

#include "src/yaml/source_cursor.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

// `U+001B`.
std::string CodePointName(char32_t character) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string name = "U+";
  for (unsigned shift = 16; shift > 0; shift -= 4) {
    name += kDigits[(static_cast<unsigned>(character) >> (shift - 4)) & 0xFU];
  }
  return name;
}

// Texts in UTF-16 and UTF-32 begin with their byte order mark, or have a NUL next to the first
// (ASCII) character.
bool LooksLikeWideText(std::string_view text) {
  const std::string_view start = text.substr(0, 2);
  if (start == "\xFF\xFE" || start == "\xFE\xFF") return true;
  return start.size() == 2 && (start[0] == '\0' || start[1] == '\0');
}

Problem DescribeControl(char32_t character) {
  if (character == '\r') {
    return {"a carriage return that is not part of a line break", "end lines with LF or CRLF"};
  }
  return {"control character " + CodePointName(character), "remove it"};
}

bool IsAllowed(std::string_view text, std::size_t offset, char32_t character) {
  if (character == '\t' || character == '\n') return true;
  if (character == '\r') return text.substr(offset + 1, 1) == "\n";
  return !IsControl(character);
}

}  // namespace

bool CheckEncoding(DiagnosticLog& log) {
  const std::string_view text = log.text();
  if (LooksLikeWideText(text)) {
    log.Error({1, 1}, "the file is not UTF-8 but UTF-16 or UTF-32", "save it as UTF-8");
    return false;
  }
  SourceCursor cursor(text);
  bool is_clean = true;
  for (std::size_t offset = 0; offset < text.size();) {
    const CodePoint point = DecodeUtf8(text, offset);
    if (point.length == 0) {
      log.Error(cursor.Locate(offset), "invalid UTF-8", "save the file as UTF-8");
      return false;
    }
    if (!IsAllowed(text, offset, point.value)) {
      log.Error(cursor.Locate(offset), DescribeControl(point.value));
      is_clean = false;
    }
    offset += point.length;
  }
  return is_clean;
}

}  // namespace certgate
