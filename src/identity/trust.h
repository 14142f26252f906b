#ifndef CERTGATE_SRC_IDENTITY_TRUST_H_
#define CERTGATE_SRC_IDENTITY_TRUST_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <certgate/peer_identity.h>
#include <certgate/trust.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/identity/authority.h"

namespace certgate {

/// One file of CRLs as it was read: PEM (one or more) or DER (one).
struct CrlFile {
  /// How messages name it.
  std::string name;
  std::string content;
};

/// All that callers' certificates are verified against.
struct TrustSources {
  /// The CA file's name, for messages, and its content: PEM, roots and intermediates.
  std::string client_ca_name;
  std::string client_ca_pem;
  /// The policy's authorities.
  std::vector<Authority> authorities;
  /// True once CRLs are configured, even where their directory is empty: each certificate of a
  /// chain, a self-signed root included, must then be covered by one. Taken as true where `crls` is
  /// not empty.
  bool check_revocation = false;
  std::vector<CrlFile> crls;
  /// For a certificate whose issuer has no CRL here, and for one whose issuer's CRL is past its
  /// nextUpdate (RFC 5280, section 5.1.2.5) and does not list it. A CRL that is not yet valid, not
  /// signed by the issuer, for other certificates, or holds what cannot be read or is unknown and
  /// critical, is never let pass.
  RevocationFallback on_missing = RevocationFallback::kDeny;
  RevocationFallback on_expired = RevocationFallback::kDeny;
};

/// When a CA certificate or a CRL ends.
struct TrustExpiry {
  enum class Kind { kClientCa, kAuthority, kCrl };
  Kind kind = Kind::kClientCa;
  /// The file, or the authority, and the subject or issuer in RFC 4514 form.
  std::string name;
  absl::Time at = absl::InfiniteFuture();
};

/// What `Trust::Verify` found about one certificate.
struct ChainFinding {
  ChainStanding standing = ChainStanding::kUnproven;
  /// See `PeerIdentity::standing_detail`.
  std::string detail;
  /// The authorities of the policy that vouch, in the order of the policy; none unless the standing
  /// is `kProven` or `kRevocationUnknown`. Each says when its chain is valid.
  std::vector<VouchingAuthority> authorities;
  /// The finding holds from `from` until just before `until`: then a certificate or a CRL begins or
  /// ends, and it has to be asked for again. As for OpenSSL, a CA certificate's last second and a
  /// CRL's nextUpdate are the first at which it has ended.
  absl::Time from = absl::InfiniteFuture();
  absl::Time until = absl::InfinitePast();
};

/// Client CAs, named authorities and CRLs: one immutable whole. Thread-safe.
class Trust {
 public:
  /// Errors: InvalidArgument with a message that names the file and what is wrong in it: a CA file
  /// without a certificate, a damaged or unreadable certificate or CRL, a CRL whose signature does
  /// not fit the CA of its issuer's name among the client CAs and authorities. Throws
  /// std::bad_alloc.
  static absl::StatusOr<std::shared_ptr<const Trust>> Create(TrustSources sources);
  ~Trust();
  Trust(const Trust&) = delete;
  Trust& operator=(const Trust&) = delete;

  /// Verifies the first certificate of `leaf_pem` as a TLS client's at the time `now`, over any
  /// other certificate there, in `chain_pem` and in the CA file: chain, purpose, validity, and
  /// CRLs on every level (RFC 5280, section 6), as `openssl verify -crl_check_all -purpose
  /// sslclient -partial_chain -trusted_first` does; `CheckChain` says where it differs.
  ///
  /// The worst that is found decides: a certificate of the chain is revoked; there is no chain, or
  /// a fault in it; its revocation is unknown. The validity of the first certificate itself does
  /// not count: `Policy::Decide` judges it at each call, with reasons of its own. Unproven at any
  /// time are texts that cannot be read, or over 128 KiB or 16 certificates each.
  ///
  /// An authority vouches if a chain leads to it too, over any certificate named above, that is not
  /// revoked. One whose chain is valid at `now` and of unknown revocation makes the whole finding
  /// `kRevocationUnknown`, so that a rule which denies its callers cannot be avoided. Never fails
  /// but by throwing std::bad_alloc, and leaves OpenSSL's error queue as it was.
  ChainFinding Verify(std::string_view leaf_pem, std::string_view chain_pem, absl::Time now) const;

  /// The number of different trust anchors among the client CAs: self-signed certificates by name
  /// and key, and certificates whose issuer is not in the file.
  std::size_t root_count() const;
  /// The client CA file, for the TLS handshake.
  const std::string& client_ca_pem() const;
  bool checks_revocation() const;
  /// As they were given.
  const std::vector<Authority>& authorities() const;
  /// Tells the objects of this process apart; never 0, and never used again.
  std::uint64_t id() const;
  /// The end of each CA certificate and CRL.
  const std::vector<TrustExpiry>& expiries() const;
  /// Things that work and look wrong: a CRL without nextUpdate, one of a CA that is not known here,
  /// one that is past its nextUpdate or not yet valid, two of one issuer, one that can prove
  /// nothing; an intermediate that is listed both as trusted and by its issuer's CRL.
  const std::vector<std::string>& doubts() const;

 private:
  class Verified;
  explicit Trust(std::unique_ptr<const Verified> inside);
  const std::unique_ptr<const Verified> inside_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_TRUST_H_
