#ifndef CERTGATE_SRC_IDENTITY_IDENTITY_CACHE_H_
#define CERTGATE_SRC_IDENTITY_IDENTITY_CACHE_H_

#include <certgate/peer_identity.h>

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "src/identity/authority.h"

namespace certgate {

/// Remembers the readings of at most `capacity` certificates, refused ones included, so that a
/// certificate is parsed, and its chain verified, once and not on every call. Keyed by the whole
/// PEM text: two certificates never share a reading. The one used least recently makes room.
/// Thread-safe.
class IdentityCache {
 public:
  /// The identities that are read say which of `authorities` vouch for them.
  IdentityCache(std::size_t capacity, std::vector<Authority> authorities);
  ~IdentityCache();
  IdentityCache(const IdentityCache&) = delete;
  IdentityCache& operator=(const IdentityCache&) = delete;

  /// The reading of the certificate `pem`, whose holder presented `chain` with it; never null.
  ///
  /// A resumed TLS session presents no chain: the authorities are then those that the certificate's
  /// last chain proved. Where that has been forgotten, those that the certificate proves alone,
  /// until a full handshake presents the chain again. Throws std::bad_alloc.
  std::shared_ptr<const IdentityReading> Read(std::string_view pem, std::string_view chain);

  /// The number of readings held now, at most the capacity.
  std::size_t size() const;

 private:
  class Shards;
  IdentityReading ReadVouched(std::string_view pem, std::string_view chain) const;

  const std::vector<Authority> authorities_;
  const std::unique_ptr<Shards> shards_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_IDENTITY_CACHE_H_
