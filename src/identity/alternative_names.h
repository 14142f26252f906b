#ifndef CERTGATE_SRC_IDENTITY_ALTERNATIVE_NAMES_H_
#define CERTGATE_SRC_IDENTITY_ALTERNATIVE_NAMES_H_

#include <absl/status/status.h>
#include <certgate/peer_identity.h>
#include <openssl/x509.h>

namespace certgate {

/// Reads the DNS, URI, email and IP names of the subjectAltName extension and the SPIFFE ID into
/// `identity`; names of other kinds are passed over. An error, with the reason, when the extension
/// stands twice, cannot be read, or one of those names is malformed. Throws std::bad_alloc.
absl::Status ReadAlternativeNames(const X509* certificate, PeerIdentity& identity);

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_ALTERNATIVE_NAMES_H_
