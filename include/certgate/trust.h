#ifndef CERTGATE_TRUST_H_
#define CERTGATE_TRUST_H_

#include <absl/status/statusor.h>

#include <memory>
#include <string>
#include <vector>

namespace certgate {

class Policy;

/// Client CAs, the policy's authorities and CRLs: all that callers' certificates are verified
/// against, as one immutable whole. Safe to share between threads.
class Trust;

/// What a certificate that cannot be looked up in a CRL is worth. The zero value refuses.
enum class RevocationFallback { kDeny = 0, kAllow = 1 };

/// Whom to believe.
struct TrustFiles {
  /// The roots that client certificates must lead to, and intermediates, PEM.
  std::string client_ca;
  /// CRLs (RFC 5280, section 5): files, PEM or DER, or directories of them. Empty: certificates are
  /// not looked up in CRLs. Else each certificate of a caller's chain has to be covered by one.
  std::vector<std::string> crls = {};
  /// For a certificate whose issuer has no CRL here, and for one whose issuer's CRL is past its
  /// nextUpdate.
  RevocationFallback on_missing = RevocationFallback::kDeny;
  RevocationFallback on_expired = RevocationFallback::kDeny;
};

/// Reads the files that say whom to believe, together with the authorities that `policy` names.
/// Errors, each naming the file: one that cannot be read, holds no CA certificate or a damaged one,
/// or a CRL that is damaged or not signed by its issuer. Thread-safe.
absl::StatusOr<std::shared_ptr<const Trust>> LoadTrust(const TrustFiles& files,
                                                       const Policy& policy);

}  // namespace certgate

#endif  // CERTGATE_TRUST_H_
