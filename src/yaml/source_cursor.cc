#include "src/yaml/source_cursor.h"

#include <algorithm>

#include "src/yaml/unicode.h"

namespace certgate {

std::size_t ByteOrderMarkLength(std::string_view text) {
  return text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
}

SourceCursor::SourceCursor(std::string_view text)
    : text_(text), offset_(ByteOrderMarkLength(text)) {}

SourceLocation SourceCursor::Locate(std::size_t offset) {
  offset = std::min(offset, text_.size());
  if (offset < offset_) Rewind(offset);
  while (offset_ < offset) {
    const CodePoint point = DecodeUtf8(text_, offset_);
    if (text_[offset_] == '\n') {
      ++location_.line;
      location_.column = 1;
    } else {
      ++location_.column;
    }
    offset_ += point.length == 0 ? 1 : point.length;
  }
  return location_;
}

void SourceCursor::Rewind(std::size_t offset) {
  const std::string_view between = text_.substr(offset, offset_ - offset);
  location_.line -= static_cast<std::size_t>(std::count(between.begin(), between.end(), '\n'));
  const std::size_t line_break = offset == 0 ? text_.npos : text_.rfind('\n', offset - 1);
  offset_ = line_break == text_.npos ? ByteOrderMarkLength(text_) : line_break + 1;
  location_.column = 1;
}

}  // namespace certgate
