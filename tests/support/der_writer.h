#ifndef CERTGATE_TESTS_SUPPORT_DER_WRITER_H_
#define CERTGATE_TESTS_SUPPORT_DER_WRITER_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace certgate::testing::der {

// The identifier octets that certificates use (X.690, section 8.1.2).
inline constexpr unsigned kBoolean = 0x01;
inline constexpr unsigned kBitString = 0x03;
inline constexpr unsigned kOctetString = 0x04;
inline constexpr unsigned kUtcTime = 0x17;
inline constexpr unsigned kGeneralizedTime = 0x18;
inline constexpr unsigned kSequence = 0x30;
inline constexpr unsigned kSet = 0x31;
inline constexpr unsigned kContext = 0x80;
inline constexpr unsigned kConstructed = 0x20;

inline std::string Length(std::size_t length) {
  if (length < 0x80) return std::string(1, static_cast<char>(length));
  std::string bytes;
  for (; length > 0; length >>= 8) bytes.insert(bytes.begin(), static_cast<char>(length & 0xFF));
  return static_cast<char>(0x80 | bytes.size()) + bytes;
}

/// One value: identifier, length, content. The content is not checked, so that tests can write
/// what no library would.
inline std::string Value(unsigned identifier, std::string_view content) {
  std::string value(1, static_cast<char>(identifier));
  value += Length(content.size());
  value += content;
  return value;
}

inline std::string Sequence(std::string_view content) { return Value(kSequence, content); }

/// An object identifier by its name in OpenSSL (`CN`, `subjectAltName`) or by its numbers.
std::string ObjectIdentifier(const std::string& name);

/// An X.509 extension (RFC 5280, section 4.1) around the DER encoding of its value.
std::string Extension(const std::string& name, bool critical, std::string_view value);

/// `der` as one PEM block.
std::string ToPem(const std::string& label, std::string_view der);

/// The content of the first PEM block of `pem`.
std::string FromPem(const std::string& pem);

}  // namespace certgate::testing::der

#endif  // CERTGATE_TESTS_SUPPORT_DER_WRITER_H_
