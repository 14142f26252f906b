#ifndef CERTGATE_SRC_IDENTITY_TRUST_INVENTORY_H_
#define CERTGATE_SRC_IDENTITY_TRUST_INVENTORY_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>
#include <vector>

#include "src/identity/anchor_revocation.h"
#include "src/identity/openssl_ptr.h"
#include "src/identity/revocation_lists.h"
#include "src/identity/trust.h"

namespace certgate {

/// The files of `TrustSources`, read and looked through, and what there is to say of them.
struct TrustInventory {
  std::vector<X509Ptr> client_cas;
  /// The CRLs of all files, in order.
  std::vector<RevocationList> lists;
  AnchorRevocation anchor_revocation;
  /// When anything of it begins or ends, sorted, each once.
  std::vector<absl::Time> moments;
  std::vector<TrustExpiry> expiries;
  std::vector<std::string> doubts;
};

/// Errors and doubts are those of `Trust`; `now` tells what has ended. Afterwards OpenSSL's lazy
/// reading of every certificate and CRL is done, so that threads only read them. Throws
/// std::bad_alloc.
absl::StatusOr<TrustInventory> TakeInventory(const TrustSources& sources, absl::Time now);

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_TRUST_INVENTORY_H_
