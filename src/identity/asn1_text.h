#ifndef CERTGATE_SRC_IDENTITY_ASN1_TEXT_H_
#define CERTGATE_SRC_IDENTITY_ASN1_TEXT_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <openssl/asn1.h>

#include <string>
#include <string_view>

namespace certgate {

// The texts of certificates, as UTF-8. Refused everywhere: NUL, the control characters C0, DEL and
// C1 (Unicode category Cc), and what is not well-formed UTF-8 (Unicode 15, section 3.9: overlong
// forms, surrogates, beyond U+10FFFF). Kept as they are: bidirectional marks, invisible and
// unassigned characters, U+2028 and U+2029. They are legal in names and cannot make two different
// byte strings equal; records escape them.

/// Whether `text` is well-formed UTF-8 without NUL and control characters.
bool IsPlainUtf8(std::string_view text) noexcept;

/// The value of a name attribute. Accepted: UTF8String, PrintableString, IA5String, NumericString,
/// VisibleString (ASCII only, but not held to their narrower alphabets, which certificates in use
/// do not keep to) and BMPString (UCS-2: a surrogate is an error). `what` begins the error
/// message: "the common name". Throws std::bad_alloc.
absl::StatusOr<std::string> DecodeNameValue(const ASN1_STRING* value, const char* what);

/// The value of an alternative name, always an IA5String (RFC 5280, section 4.2.1.6).
absl::StatusOr<std::string> DecodeIa5Value(const ASN1_STRING* value, const char* what);

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_ASN1_TEXT_H_
