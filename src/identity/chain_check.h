#ifndef CERTGATE_SRC_IDENTITY_CHAIN_CHECK_H_
#define CERTGATE_SRC_IDENTITY_CHAIN_CHECK_H_

#include <absl/time/time.h>
#include <certgate/peer_identity.h>

#include <memory>
#include <optional>
#include <vector>

#include <certgate/trust.h>
#include "src/identity/chain_fault.h"
#include "src/identity/openssl_ptr.h"
#include "src/identity/revocation_index.h"

namespace certgate {

/// When a chain is valid: first and last moment, both inclusive.
struct ChainValidity {
  absl::Time not_before = absl::InfinitePast();
  absl::Time not_after = absl::InfiniteFuture();
};

/// How chains are held against CRLs.
struct RevocationRules {
  RevocationIndex index;
  RevocationFallback on_missing = RevocationFallback::kDeny;
  RevocationFallback on_expired = RevocationFallback::kDeny;
};

/// An empty store for `CheckChain`. Throws std::bad_alloc.
X509StorePtr NewAnchorStore();

/// Frees the stack, not the certificates in it.
struct BorrowedStackDeleter {
  void operator()(STACK_OF(X509) * stack) const noexcept { sk_X509_free(stack); }
};
using BorrowedStackPtr = std::unique_ptr<STACK_OF(X509), BorrowedStackDeleter>;

/// Adds `certificates` to `stack`, which must not outlive them. Throws std::bad_alloc.
void Borrow(const std::vector<X509Ptr>& certificates, BorrowedStackPtr& stack);

/// One question about a chain. What it points to is not owned.
struct ChainQuestion {
  /// From `NewAnchorStore`; each certificate in it is trusted on its own.
  X509_STORE* anchors = nullptr;
  X509* leaf = nullptr;
  /// Where intermediates are looked for.
  STACK_OF(X509) * others = nullptr;
  /// The time of the check, in which its fraction of a second is left out; without one no time
  /// counts, neither that of certificates nor that of CRLs.
  std::optional<absl::Time> at;
  /// Whether CA certificates must be valid at that time. The leaf's own validity never counts here.
  bool ca_validity_counts = true;
  /// Null where CRLs do not count.
  const RevocationRules* revocation = nullptr;
};

struct ChainAnswer {
  ChainStanding standing = ChainStanding::kUnproven;
  /// What stands behind it: the first fault of the worst kind; none under `kProven`.
  ChainFault fault;
  /// When every CA certificate of a chain that was found is valid; nothing if it cannot be read.
  std::optional<ChainValidity> validity;
  /// The last certificate of the chain, or of what there is of it.
  X509Ptr anchor;
};

/// Looks for a chain from `question.leaf`, as a TLS client's, to an anchor (RFC 5280, section 6),
/// in the way of `openssl verify -partial_chain -trusted_first -purpose sslclient`, and with
/// `-crl_check_all` where CRLs count. The worst of all faults decides: revoked, then any fault of
/// the chain, then what is unknown of revocation. Differences to the program:
///
/// - An anchor that is not self-signed is not looked up in CRLs: it is trusted by being listed (RFC
///   5280, section 6.1). OpenSSL looks for a CRL of the anchor's issuer and then fails for the want
///   of that issuer's key, so that with both flags no such chain is ever accepted. A self-signed
///   anchor is looked up in its own CRL, as by OpenSSL, and so is a leaf that is its own anchor.
/// - A CRL that proves nothing, say for its signature, does not make a certificate revoked either.
///
/// Leaves OpenSSL's error queue as it was. Throws std::bad_alloc. Thread-safe.
ChainAnswer CheckChain(const ChainQuestion& question);

/// The same, and where the way ends without an anchor (several certificates of one CA lead to
/// different roots) all other ways are looked for among `question.others`: OpenSSL goes one way
/// only, and a caller could choose it by what it shows and in which order.
ChainAnswer CheckEveryWay(const ChainQuestion& question);

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_CHAIN_CHECK_H_
