#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kMostQuotedCharacters = 60;

// The number of bytes that a first byte announces; 0 where no character begins with it.
std::size_t SequenceLength(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

// The smallest value that needs `length` bytes: anything below is an overlong form.
char32_t SmallestValue(std::size_t length) {
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  return kSmallest[length];
}

}  // namespace

CodePoint DecodeUtf8(std::string_view text, std::size_t offset) {
  const auto first = static_cast<unsigned char>(text[offset]);
  const std::size_t length = SequenceLength(first);
  if (length == 1) return {first, 1};
  if (length == 0 || text.size() - offset < length) return {};
  char32_t value = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[offset + i]);
    if ((byte & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte & 0x3FU);
  }
  const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < SmallestValue(length) || is_surrogate || value > 0x10FFFF) return {};
  return {value, length};
}

bool IsControl(char32_t character) {
  return character < 0x20 || (character >= 0x7F && character <= 0x9F);
}

bool IsInvisible(char32_t character) {
  return character == 0xAD || character == 0x61C || (character >= 0x200B && character <= 0x200F) ||
         (character >= 0x2028 && character <= 0x202E) ||
         (character >= 0x2060 && character <= 0x206F) || character == 0xFEFF;
}

bool HasControl(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeUtf8(text, i);
    if (point.length == 0 || IsControl(point.value)) return true;
    i += point.length;
  }
  return false;
}

std::size_t CountCharacters(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    const CodePoint point = DecodeUtf8(text, i);
    i += point.length == 0 ? 1 : point.length;
  }
  return count;
}

std::string MakePrintable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeUtf8(text, i);
    if (text[i] == '\t') {
      out += ' ';
    } else if (point.length == 0 || IsControl(point.value) || IsInvisible(point.value)) {
      out += '?';
    } else {
      out.append(text, i, point.length);
    }
    i += point.length == 0 ? 1 : point.length;
  }
  return out;
}

std::string Quote(std::string_view text) {
  std::size_t end = 0;
  std::size_t characters = 0;
  while (end < text.size() && characters < kMostQuotedCharacters) {
    const CodePoint point = DecodeUtf8(text, end);
    end += point.length == 0 ? 1 : point.length;
    ++characters;
  }
  std::string out = "`" + MakePrintable(text.substr(0, end));
  if (end < text.size()) out += "...";
  return out + "`";
}

std::string QuotePath(std::string_view path) { return "`" + MakePrintable(path) + "`"; }

std::string AsciiLower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace certgate
