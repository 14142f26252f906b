#ifndef CERTGATE_SRC_IDENTITY_REVOCATION_INDEX_H_
#define CERTGATE_SRC_IDENTITY_REVOCATION_INDEX_H_

#include <openssl/x509.h>

#include <vector>

#include "src/identity/revocation_lists.h"

namespace certgate {

/// The CRLs by the name of their issuer, as RFC 5280, section 7.1, compares names. An X509_STORE
/// would sort all of them again at each that is added. Immutable and thread-safe.
class RevocationIndex {
 public:
  RevocationIndex() = default;
  /// Keeps references to the CRLs, not to `lists`. Throws std::bad_alloc.
  explicit RevocationIndex(const std::vector<RevocationList>& lists);

  /// Those of the issuer that can be used, for OpenSSL to own and free; null if there are none, or
  /// no memory, which alone sets `out_of_memory`.
  STACK_OF(X509_CRL) * Find(const X509_NAME* issuer, bool& out_of_memory) const noexcept;

  /// Whether the issuer has a CRL that cannot be used.
  bool HasUnusable(const X509_NAME* issuer) const noexcept;

 private:
  using Crls = std::vector<X509CrlPtr>;
  Crls usable_;
  Crls unusable_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_REVOCATION_INDEX_H_
