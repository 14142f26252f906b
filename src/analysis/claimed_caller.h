#ifndef CERTGATE_SRC_ANALYSIS_CLAIMED_CALLER_H_
#define CERTGATE_SRC_ANALYSIS_CLAIMED_CALLER_H_

#include <absl/time/time.h>
#include <certgate/decision.h>
#include <certgate/peer_identity.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "src/policy/policy_source.h"
#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// A caller as a person describes it, for asking what a policy would decide.
struct ClaimedCaller {
  std::optional<std::string> cn;
  std::vector<std::string> ou;
  std::vector<std::string> o;
  std::vector<std::string> dns;
  std::vector<std::string> uri;
  std::vector<std::string> email;
  /// Hexadecimal, as in a policy.
  std::string serial;
  std::string sha256;
  /// Names of authorities of the policy that vouch for the caller.
  std::vector<std::string> issuer;
};

/// The identity of a caller with these attributes and a certificate that is always valid. With no
/// `issuer`, the policy's only authority vouches, if it has exactly one. The problem is a value
/// that no certificate could have, or an authority that the policy does not name.
std::variant<PeerIdentity, Problem> IdentityOf(const ClaimedCaller& claimed,
                                               const PolicySource& policy);

/// A caller with a certificate.
struct PresentedCaller {
  /// Absent if a server would refuse the certificate before its policy is asked.
  std::optional<PeerIdentity> identity;
  /// Then why: `identity_rejected`, or `no_certificate` where the TLS handshake fails.
  Reason refusal = Reason::kInternalError;
  std::string detail;
};

/// The caller that presents the certificate file `path` (PEM; further certificates in it are its
/// chain), with the authorities of the policy that vouch for it. With `ca_file` (empty for none)
/// the chain must also lead to a CA in it that is valid at `now`, as in a server's TLS handshake.
/// The problem is a file that cannot be read or holds no certificate.
std::variant<PresentedCaller, Problem> IdentityOfCertificate(const std::string& path,
                                                             const std::string& ca_file,
                                                             const PolicySource& policy,
                                                             absl::Time now);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_CLAIMED_CALLER_H_
