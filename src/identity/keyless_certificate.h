#ifndef CERTGATE_SRC_IDENTITY_KEYLESS_CERTIFICATE_H_
#define CERTGATE_SRC_IDENTITY_KEYLESS_CERTIFICATE_H_

#include <string_view>

#include "src/identity/openssl_ptr.h"

namespace certgate {

/// Reads the first certificate of `pem` (RFC 7468), as PEM_read_bio_X509 does, but for its public
/// key, which stays undecoded: for OpenSSL 3 that is three quarters of the work, and who the holder
/// is does not depend on it. Not for verifying anything. Null if there is no certificate, with the
/// reason in OpenSSL's error queue. Throws std::bad_alloc. Thread-safe.
X509Ptr ReadKeylessCertificate(std::string_view pem);

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_KEYLESS_CERTIFICATE_H_
