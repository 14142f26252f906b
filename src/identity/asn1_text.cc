#include "src/identity/asn1_text.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

namespace certgate {
namespace {

enum class TextFault { kNone, kMalformed, kNul, kControl };

unsigned char ByteAt(std::string_view text, std::size_t index) {
  return static_cast<unsigned char>(text[index]);
}

// The length that the first byte of a UTF-8 sequence announces, 0 if none begins with it.
std::size_t SequenceLength(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  if (first >= 0xF0 && first < 0xF5) return 4;
  return 0;
}

bool IsSurrogate(char32_t code_point) { return code_point >= 0xD800 && code_point <= 0xDFFF; }

// Takes one code point off the front of `rest`; nothing if it does not begin with a well-formed
// one.
std::optional<char32_t> TakeCodePoint(std::string_view& rest) {
  const unsigned char first = ByteAt(rest, 0);
  const std::size_t length = SequenceLength(first);
  if (length == 0 || length > rest.size()) return std::nullopt;
  char32_t code_point = length == 1 ? first : first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned char next = ByteAt(rest, i);
    if ((next & 0xC0) != 0x80) return std::nullopt;
    code_point = (code_point << 6) | (next & 0x3FU);
  }
  const bool overlong =
      (length == 3 && code_point < 0x800) || (length == 4 && code_point < 0x10000);
  if (overlong || IsSurrogate(code_point) || code_point > 0x10FFFF) return std::nullopt;
  rest.remove_prefix(length);
  return code_point;
}

TextFault FindFault(std::string_view text) {
  while (!text.empty()) {
    const std::optional<char32_t> code_point = TakeCodePoint(text);
    if (!code_point) return TextFault::kMalformed;
    if (*code_point == 0) return TextFault::kNul;
    if (*code_point < 0x20 || (*code_point >= 0x7F && *code_point < 0xA0)) {
      return TextFault::kControl;
    }
  }
  return TextFault::kNone;
}

absl::StatusOr<std::string> Plain(std::string text, const char* what) {
  switch (FindFault(text)) {
    case TextFault::kNone:
      return text;
    case TextFault::kMalformed:
      return absl::InvalidArgumentError(absl::StrCat(what, " is not valid UTF-8"));
    case TextFault::kNul:
      return absl::InvalidArgumentError(absl::StrCat(what, " holds a NUL character"));
    case TextFault::kControl:
      break;
  }
  return absl::InvalidArgumentError(absl::StrCat(what, " holds a control character"));
}

std::string_view Bytes(const ASN1_STRING* value) {
  const int length = ASN1_STRING_length(value);
  if (length <= 0) return {};
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
          static_cast<std::size_t>(length)};
}

absl::StatusOr<std::string> DecodeAscii(std::string_view bytes, const char* what) {
  if (std::any_of(bytes.begin(), bytes.end(), [](char c) { return (c & 0x80) != 0; })) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, " holds a byte beyond ASCII, which its string type does not allow"));
  }
  return Plain(std::string(bytes), what);
}

void AppendUtf8(char32_t code_point, std::string& text) {
  const auto append = [&text](char32_t byte) { text += static_cast<char>(byte); };
  if (code_point < 0x80) {
    append(code_point);
  } else if (code_point < 0x800) {
    append(0xC0 | (code_point >> 6));
    append(0x80 | (code_point & 0x3F));
  } else {
    append(0xE0 | (code_point >> 12));
    append(0x80 | ((code_point >> 6) & 0x3F));
    append(0x80 | (code_point & 0x3F));
  }
}

// Two bytes for each character, the higher first (X.690, section 8.23.8).
absl::StatusOr<std::string> DecodeBmp(std::string_view bytes, const char* what) {
  std::string text;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const auto code_point = static_cast<char32_t>((ByteAt(bytes, i) << 8) | ByteAt(bytes, i + 1));
    if (IsSurrogate(code_point)) {
      return absl::InvalidArgumentError(
          absl::StrCat(what, " is a BMPString that holds a surrogate"));
    }
    AppendUtf8(code_point, text);
  }
  if (bytes.size() % 2 != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, " is a BMPString with an odd number of bytes"));
  }
  return Plain(std::move(text), what);
}

}  // namespace

bool IsPlainUtf8(std::string_view text) noexcept { return FindFault(text) == TextFault::kNone; }

absl::StatusOr<std::string> DecodeNameValue(const ASN1_STRING* value, const char* what) {
  const int type = ASN1_STRING_type(value);
  switch (type) {
    case V_ASN1_UTF8STRING:
      return Plain(std::string(Bytes(value)), what);
    case V_ASN1_PRINTABLESTRING:
    case V_ASN1_IA5STRING:
    case V_ASN1_NUMERICSTRING:
    case V_ASN1_VISIBLESTRING:
      return DecodeAscii(Bytes(value), what);
    case V_ASN1_BMPSTRING:
      return DecodeBmp(Bytes(value), what);
    case V_ASN1_T61STRING:
      return absl::InvalidArgumentError(
          absl::StrCat(what, " is a T61String; issue it as UTF8String"));
    case V_ASN1_UNIVERSALSTRING:
      return absl::InvalidArgumentError(
          absl::StrCat(what, " is a UniversalString; issue it as UTF8String"));
    default:
      return absl::InvalidArgumentError(
          absl::StrCat(what, " has the ASN.1 type ", type, "; issue it as UTF8String"));
  }
}

absl::StatusOr<std::string> DecodeIa5Value(const ASN1_STRING* value, const char* what) {
  return DecodeAscii(Bytes(value), what);
}

}  // namespace certgate
