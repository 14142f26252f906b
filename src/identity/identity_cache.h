#ifndef CERTGATE_SRC_IDENTITY_IDENTITY_CACHE_H_
#define CERTGATE_SRC_IDENTITY_IDENTITY_CACHE_H_

#include <cstddef>
#include <memory>
#include <string_view>

#include "src/identity/known_certificate.h"

namespace certgate {

/// Remembers at most `capacity` certificates, refused ones included, so that a certificate is
/// parsed, and its chain verified, once and not on every call. Keyed by the whole PEM text: two
/// certificates never share an entry. The one used least recently makes room. Thread-safe.
class IdentityCache {
 public:
  /// `describe` puts each certificate into words, once; see `KnownCertificate`.
  explicit IdentityCache(std::size_t capacity, KnownCertificate::Describe describe = nullptr);
  ~IdentityCache();
  IdentityCache(const IdentityCache&) = delete;
  IdentityCache& operator=(const IdentityCache&) = delete;

  /// The certificate `pem`, whose holder presented `chain` with it; never null.
  ///
  /// A resumed TLS session presents no chain: the certificate then comes with the chain that it was
  /// last presented with. Where that has been forgotten, it has to be proved without, until a full
  /// handshake presents it again. Throws std::bad_alloc.
  std::shared_ptr<const KnownCertificate> Find(std::string_view pem, std::string_view chain);

  /// The number of certificates held now, at most the capacity.
  std::size_t size() const;

 private:
  class Shards;
  const KnownCertificate::Describe describe_;
  const std::unique_ptr<Shards> shards_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_IDENTITY_CACHE_H_
