#ifndef CERTGATE_SRC_YAML_UNICODE_H_
#define CERTGATE_SRC_YAML_UNICODE_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace certgate {

/// One Unicode character and the number of bytes that it takes; `length` is 0 where the bytes are
/// not UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;
};

/// The character that begins at `offset`, which must be less than the size of `text`.
CodePoint DecodeUtf8(std::string_view text, std::size_t offset);

/// C0 (U+0000 to U+001F), DEL and C1 (U+0080 to U+009F).
bool IsControl(char32_t character);

/// True if `text`, UTF-8, holds a control character.
bool HasControl(std::string_view text);

/// True for characters that show nothing or reorder what is around them: zero-width characters,
/// bidirectional marks, line and paragraph separators, the byte order mark.
bool IsInvisible(char32_t character);

/// The number of characters in `text`; each byte that is not UTF-8 counts as one.
std::size_t CountCharacters(std::string_view text);

/// `text` with each control or invisible character and each invalid byte shown as `?`. A tab
/// becomes a space. The number of characters stays the same.
std::string MakePrintable(std::string_view text);

/// `text` in backticks for a message: printable, and cut after 60 characters.
std::string Quote(std::string_view text);

/// The same for a file's path, which is not cut: its end says most.
std::string QuotePath(std::string_view path);

/// ASCII lower case; other bytes stay.
std::string AsciiLower(std::string_view text);

}  // namespace certgate

#endif  // CERTGATE_SRC_YAML_UNICODE_H_
