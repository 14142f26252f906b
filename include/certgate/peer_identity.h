#ifndef CERTGATE_PEER_IDENTITY_H_
#define CERTGATE_PEER_IDENTITY_H_

#include <absl/time/time.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace certgate {

/// What a certificate says of itself, for records and messages. Nothing here decides anything.
/// Texts are as in the certificate and may be hostile: escape them before they are shown.
struct CertificateSummary {
  /// Subject and issuer as RFC 4514 strings, most specific attribute first, e.g.
  /// `CN=my-grpc-client,OU=payments,O=Acme`. For people; never parse them.
  std::string subject;
  std::string issuer;
  /// The common names of the issuer, as UTF-8.
  std::vector<std::string> issuer_common_names;
  /// Upper-case hexadecimal digits without leading zeros; `0` for zero. At most 40 digits in a
  /// certificate that keeps to RFC 5280, section 4.1.2.2.
  std::string serial_number;
  /// SHA-256 over the DER encoding, 64 lower-case hexadecimal digits.
  std::string sha256;
  /// First and last moment of validity, both inclusive (RFC 5280, section 4.1.2.5).
  absl::Time not_before = absl::InfiniteFuture();
  absl::Time not_after = absl::InfinitePast();
};

/// What is known of the chain from a certificate to the client CAs. The zero value refuses.
enum class ChainStanding {
  kUnproven = 0,       // no chain leads to a client CA, or nobody has looked
  kProven,             // one does, and nothing in it is revoked
  kRevoked,            // a CRL lists a certificate of the chain
  kRevocationUnknown,  // no usable CRL says of each certificate that it is not revoked
};

/// An authority of the policy to one of whose CA certificates a caller's chain leads.
struct VouchingAuthority {
  /// The authority's name in the policy.
  std::string name;
  /// First and last moment, both inclusive, at which every CA certificate of that chain is valid;
  /// the caller's own certificate is not counted in.
  absl::Time not_before = absl::InfiniteFuture();
  absl::Time not_after = absl::InfinitePast();
};

/// True if the authority vouches at `now`. Thread-safe.
inline bool IsVouching(const VouchingAuthority& authority, absl::Time now) noexcept {
  return authority.not_before <= now && now <= authority.not_after;
}

/// Who a caller is, read from a verified certificate. An immutable value once made; safe to share
/// between threads. Every text is valid UTF-8 without control characters.
///
/// Source of the fields: RFC 5280, sections 4.1.2.6 (subject) and 4.2.1.6 (subjectAltName).
struct PeerIdentity {
  /// The subject's common name. Absent when the certificate has none; never one of several.
  std::optional<std::string> common_name;
  /// All organizational units and organizations, in the certificate's order.
  std::vector<std::string> organizational_units;
  std::vector<std::string> organizations;
  /// Subject alternative names, in the certificate's order. `ip_addresses` are in their canonical
  /// text form (RFC 5952 for IPv6).
  std::vector<std::string> dns_names;
  std::vector<std::string> uris;
  std::vector<std::string> emails;
  std::vector<std::string> ip_addresses;
  /// The SPIFFE ID: the certificate's only URI, if its scheme is `spiffe`; else empty.
  std::string spiffe_id;
  /// The authorities that vouch for the caller, in the order of the policy; empty until a policy
  /// names authorities and one of them is proved (RFC 5280, section 6: path validation).
  std::vector<VouchingAuthority> authorities;
  /// Whether the certificate may be believed at all. `ReadPeerIdentity` does not look, and leaves
  /// it unproven.
  ChainStanding standing = ChainStanding::kUnproven;
  /// What stands behind it, e.g. "the CRL for the certificate has expired"; empty under `kProven`.
  /// Made by certgate, without text from the certificate.
  std::string standing_detail;
  /// What the records say of the certificate, and its validity.
  CertificateSummary certificate;
};

/// The outcome of reading a certificate: either an identity or the reason for which there is none.
struct IdentityReading {
  /// Null when the certificate is refused as an identity.
  std::shared_ptr<const PeerIdentity> identity;
  /// Why it was refused, e.g. "the subject has 2 common names"; empty when it was accepted. Holds
  /// no text from the certificate.
  std::string rejection;
  /// As much of the certificate as could be read, also of a refused one; its `sha256` is empty
  /// when the text was not a certificate at all.
  CertificateSummary certificate;
};

/// The longest common name or organizational unit that is accepted, in bytes of UTF-8.
inline constexpr std::size_t kMaxNameBytes = 256;

/// Reads the first certificate of `pem` (RFC 7468; at most 64 KiB) as an identity.
///
/// Refused, that is, returned with a null `identity` and a `rejection`: text that is not a
/// certificate; more than one common name; a relative distinguished name of several attributes
/// that holds a common name or an organizational unit; a common name, organizational unit,
/// organization or alternative name with a NUL, a control character or invalid UTF-8, or one in the
/// encodings T61String or UniversalString; a common name or organizational unit that is empty or
/// over `kMaxNameBytes`; the same attribute or extension in a form that OpenSSL cannot read.
///
/// Does not check validity, trust or revocation: time passes, and a reading is cached. Never
/// throws; running out of memory is a rejection. Thread-safe.
IdentityReading ReadPeerIdentity(std::string_view pem) noexcept;

}  // namespace certgate

#endif  // CERTGATE_PEER_IDENTITY_H_
