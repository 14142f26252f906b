#ifndef CERTGATE_SRC_IDENTITY_SUBJECT_H_
#define CERTGATE_SRC_IDENTITY_SUBJECT_H_

#include <absl/status/status.h>
#include <certgate/peer_identity.h>
#include <openssl/x509.h>

namespace certgate {

/// Reads common name, organizational units and organizations into `identity`; an error, with the
/// reason, when the subject is ambiguous or malformed. Walks the attributes, never a text form:
/// `CN=mallory,OU=admin` may be the value of one attribute. Throws std::bad_alloc.
absl::Status ReadSubject(const X509_NAME* subject, PeerIdentity& identity);

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_SUBJECT_H_
