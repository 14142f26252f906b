#ifndef CERTGATE_SRC_AUDIT_PRINT_US_ASCII_H_
#define CERTGATE_SRC_AUDIT_PRINT_US_ASCII_H_

#include <algorithm>
#include <string_view>

namespace certgate {

/// Whether `text` is PRINTUSASCII of RFC 5424, section 6: printable ASCII, and no blanks.
inline bool IsPrintUsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_PRINT_US_ASCII_H_
