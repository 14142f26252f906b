#ifndef CERTGATE_SRC_IDENTITY_ANCHOR_REVOCATION_H_
#define CERTGATE_SRC_IDENTITY_ANCHOR_REVOCATION_H_

#include <absl/time/time.h>

#include <string>
#include <vector>

#include "src/identity/openssl_ptr.h"

namespace certgate {

/// A CRL together with the CA that has signed it. Nothing is owned.
struct SignedList {
  X509_CRL* crl = nullptr;
  const X509* signer = nullptr;
  absl::Time this_update = absl::InfiniteFuture();
  bool is_full = true;
};

/// Which intermediates that are anchors are revoked by their own issuer, where it is known as well:
/// a chain ends at such an anchor, and path validation never looks above it (RFC 5280, section
/// 6.1), but somebody who lists an intermediate beside its root means the root's CRL to count.
/// Immutable and thread-safe.
class AnchorRevocation {
 public:
  AnchorRevocation() = default;
  /// Looks up each certificate of `anchors` that is not self-signed in those `lists` whose signer
  /// issued it. Throws std::bad_alloc.
  AnchorRevocation(const std::vector<X509*>& anchors, const std::vector<SignedList>& lists);

  /// Whether `anchor` is listed at `now` in the newest CRL of its issuer, however old that is, or
  /// in any one that is for certain certificates only.
  bool IsRevoked(const X509* anchor, absl::Time now) const noexcept;

  /// Those that are listed anywhere.
  std::vector<const X509*> listed() const;

 private:
  struct LookUp {
    absl::Time this_update;
    bool is_full = true;
    bool is_listed = false;
  };
  struct Entry {
    X509Ptr anchor;
    // The oldest first.
    std::vector<LookUp> look_ups;
  };
  std::vector<Entry> entries_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_ANCHOR_REVOCATION_H_
