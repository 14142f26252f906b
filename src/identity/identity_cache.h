#ifndef CERTGATE_SRC_IDENTITY_IDENTITY_CACHE_H_
#define CERTGATE_SRC_IDENTITY_IDENTITY_CACHE_H_

#include <certgate/peer_identity.h>

#include <cstddef>
#include <memory>
#include <string_view>

namespace certgate {

/// Remembers the readings of at most `capacity` certificates, refused ones included, so that a
/// certificate is parsed once and not on every call. Keyed by the whole PEM text: two certificates
/// never share a reading. The one used least recently makes room. Thread-safe.
class IdentityCache {
 public:
  explicit IdentityCache(std::size_t capacity);
  ~IdentityCache();
  IdentityCache(const IdentityCache&) = delete;
  IdentityCache& operator=(const IdentityCache&) = delete;

  /// The reading of `pem`; never null. Throws std::bad_alloc.
  std::shared_ptr<const IdentityReading> Read(std::string_view pem);

  /// The number of readings held now, at most the capacity.
  std::size_t size() const;

 private:
  class Shards;
  const std::unique_ptr<Shards> shards_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_IDENTITY_CACHE_H_
