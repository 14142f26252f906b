#ifndef CERTGATE_SRC_IDENTITY_KNOWN_CERTIFICATE_H_
#define CERTGATE_SRC_IDENTITY_KNOWN_CERTIFICATE_H_

#include <absl/time/time.h>
#include <certgate/peer_identity.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "src/identity/trust.h"

namespace certgate {

/// Who the holder of a certificate is under one `Trust`.
struct StandingIdentity {
  /// With its standing and the authorities that vouch for it.
  PeerIdentity identity;
  /// It holds from `from` until just before `until`.
  absl::Time from = absl::InfiniteFuture();
  absl::Time until = absl::InfinitePast();
  /// The number of the `Trust` that it was verified against.
  std::uint64_t trust_id = 0;
};

/// A certificate that a peer presented, with the chain behind it: parsed once, and verified once
/// for each `Trust` and each stretch of time in which nothing begins or ends. Thread-safe.
class KnownCertificate {
 public:
  /// Puts into words what was read of a certificate. May throw.
  using Describe = std::string (*)(const IdentityReading&);

  /// Parses `pem`; see `ReadPeerIdentity`. `describe` may be null. Throws std::bad_alloc, and what
  /// `describe` throws.
  KnownCertificate(std::string_view pem, std::string_view chain, Describe describe = nullptr);
  /// The same certificate, presented with another chain.
  KnownCertificate(const KnownCertificate& known, std::string_view chain);

  const std::string& pem() const { return pem_; }
  const std::string& chain() const { return chain_; }
  /// What the certificate says, proven or not; never null.
  const std::shared_ptr<const IdentityReading>& reading() const { return reading_; }
  /// What `describe` made of it; empty without one.
  const std::string& description() const { return description_; }

  /// The identity as `trust` finds it at `now`; null if the certificate was refused as an identity.
  /// What was found last is remembered. Throws std::bad_alloc.
  std::shared_ptr<const StandingIdentity> Under(const Trust& trust, absl::Time now) const;

 private:
  std::shared_ptr<const StandingIdentity> Verify(const Trust& trust, absl::Time now) const;

  const std::string pem_;
  const std::string chain_;
  const std::shared_ptr<const IdentityReading> reading_;
  const std::string description_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const StandingIdentity> last_;  // guarded by mutex_
};

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_KNOWN_CERTIFICATE_H_
