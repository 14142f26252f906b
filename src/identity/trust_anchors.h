#ifndef CERTGATE_SRC_IDENTITY_TRUST_ANCHORS_H_
#define CERTGATE_SRC_IDENTITY_TRUST_ANCHORS_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/identity/chain_check.h"
#include "src/identity/openssl_ptr.h"

namespace certgate {

/// The CA certificates of one authority. Immutable and thread-safe.
class TrustAnchors {
 public:
  /// Reads all certificates of `pem`: roots, or intermediates, each of which is then trusted on its
  /// own. InvalidArgument if there is none, or one is damaged or is not a CA's.
  static absl::StatusOr<std::shared_ptr<const TrustAnchors>> Parse(std::string_view pem);

  /// When the chain from the first of `certificates`, as a TLS client's, over any of them to an
  /// anchor is valid, the first itself left out; nothing if no chain leads to an anchor, or
  /// `certificates` is empty. Validity times do not count here. Throws std::bad_alloc.
  std::optional<ChainValidity> VerifyChain(const std::vector<X509Ptr>& certificates) const;

  /// Tells the CAs apart: SHA-256 over subject and public key of each, sorted.
  const std::vector<std::string>& keys() const { return keys_; }
  const std::vector<X509Ptr>& certificates() const { return certificates_; }
  /// The certificates as `CheckChain` wants them; OpenSSL locks it for itself.
  X509_STORE* store() const { return store_.get(); }

 private:
  TrustAnchors(std::vector<X509Ptr> certificates, X509StorePtr store)
      : certificates_(std::move(certificates)), store_(std::move(store)) {}

  std::vector<X509Ptr> certificates_;
  X509StorePtr store_;
  std::vector<std::string> keys_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_TRUST_ANCHORS_H_
