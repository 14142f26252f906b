#ifndef CERTGATE_SRC_IDENTITY_CERTIFICATE_SUMMARY_H_
#define CERTGATE_SRC_IDENTITY_CERTIFICATE_SUMMARY_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <certgate/peer_identity.h>
#include <openssl/x509.h>

#include <cstddef>
#include <string>

namespace certgate {

/// The longest display form of a subject or issuer, in bytes. A longer one is cut and ends in
/// `...`; it would only fill the records.
inline constexpr std::size_t kMaxDisplayBytes = 1024;

/// Fills `summary` as far as the certificate can be read, also when it returns an error: then
/// something is missing without which no certificate is accepted (validity, serial number,
/// fingerprint). Every text is UTF-8 without control characters; an issuer's common name that
/// cannot be written so is left out of `issuer_common_names`. Throws std::bad_alloc.
absl::Status ReadSummary(const X509* certificate, CertificateSummary& summary);

/// `name` as an RFC 4514 string of UTF-8 without control characters, at most `kMaxDisplayBytes`
/// long; empty if it cannot be written. Throws std::bad_alloc.
std::string DisplayName(const X509_NAME* name);

/// Reads a UTCTime or GeneralizedTime; false if it cannot be read.
bool ReadTime(const ASN1_TIME* time, absl::Time& result);

/// Reads the first and last moment of validity, both inclusive; false if one cannot be read.
bool ReadValidity(const X509* certificate, absl::Time& not_before, absl::Time& not_after);

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_CERTIFICATE_SUMMARY_H_
