#ifndef CERTGATE_SRC_IDENTITY_REVOCATION_LISTS_H_
#define CERTGATE_SRC_IDENTITY_REVOCATION_LISTS_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>
#include <string_view>
#include <vector>

#include "src/identity/openssl_ptr.h"

namespace certgate {

/// One certificate revocation list (RFC 5280, section 5).
struct RevocationList {
  X509CrlPtr crl;
  /// The issuer in RFC 4514 form.
  std::string issuer;
  absl::Time this_update = absl::InfiniteFuture();
  /// The first moment at which it is out of date; the infinite future if it does not say.
  absl::Time next_update = absl::InfiniteFuture();
  /// False if it is for certain certificates only (RFC 5280, section 5.2.5).
  bool is_full = true;
  /// False for an indirect CRL and one for certain reasons or attribute certificates: OpenSSL
  /// passes them over, and nothing is proved by them.
  bool is_usable = true;
};

/// All CRLs of a file: PEM, in order, with other blocks passed over, or one in DER. InvalidArgument
/// with a message such as "holds no CRL" or "CRL 2 is damaged" if there is none; if one cannot be
/// read to its last byte, or has a time or known extension that cannot be; if one is a delta CRL,
/// which OpenSSL would take for a complete one, or has an entry `removeFromCRL`, which belongs into
/// delta CRLs only; and if text is left that begins a PEM block. Leaves OpenSSL's error queue as
/// it was. Throws std::bad_alloc. Thread-safe; so are the CRLs after.
absl::StatusOr<std::vector<RevocationList>> ReadRevocationLists(std::string_view content);

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_REVOCATION_LISTS_H_
