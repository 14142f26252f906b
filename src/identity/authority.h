#ifndef CERTGATE_SRC_IDENTITY_AUTHORITY_H_
#define CERTGATE_SRC_IDENTITY_AUTHORITY_H_

#include <certgate/peer_identity.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace certgate {

class TrustAnchors;

/// One that vouches for callers: a name, and the CA certificates that prove it.
struct Authority {
  std::string name;
  /// Never null.
  std::shared_ptr<const TrustAnchors> anchors;
};

/// Those of `authorities` to which a chain leads from the first certificate of `leaf_pem`, over
/// any other certificates there and in `chain_pem`, as a TLS client's (RFC 5280, section 6). Nobody
/// vouches for a text that is not a certificate, or a chain of over 128 KiB or 16 certificates.
/// Validity times do not count: each result says when its chain is valid. Throws std::bad_alloc.
/// Thread-safe.
std::vector<VouchingAuthority> FindVouchingAuthorities(std::string_view leaf_pem,
                                                       std::string_view chain_pem,
                                                       const std::vector<Authority>& authorities);

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_AUTHORITY_H_
