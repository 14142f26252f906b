#ifndef CERTGATE_SRC_IDENTITY_REVOCATION_FALLBACK_H_
#define CERTGATE_SRC_IDENTITY_REVOCATION_FALLBACK_H_

namespace certgate {

/// What a certificate that cannot be looked up in a CRL is worth. The zero value refuses.
enum class RevocationFallback { kDeny = 0, kAllow = 1 };

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_REVOCATION_FALLBACK_H_
