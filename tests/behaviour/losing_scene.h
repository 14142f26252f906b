#ifndef CERTGATE_TESTS_BEHAVIOUR_LOSING_SCENE_H_
#define CERTGATE_TESTS_BEHAVIOUR_LOSING_SCENE_H_

#include <absl/time/time.h>
#include <grpcpp/support/status.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/access_probe.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/long_call.h"
#include "tests/support/reloading_server.h"
#include "tests/support/tls_tunnel.h"

namespace certgate::testing {

/// How a caller loses its right, and what calls of its are told from then on.
struct Loss {
  enum class Kind { kPolicy, kCrl, kRevokedEntry, kAuthority, kCertificate, kGrant };
  Kind kind;
  std::string_view name;
  grpc::StatusCode code;
  std::string_view reason;
  /// Whether a full TLS handshake fails already.
  bool fails_handshakes = false;
};

inline constexpr std::array kLosses = {
    Loss{Loss::Kind::kPolicy, "policy tightened", grpc::StatusCode::PERMISSION_DENIED,
         "no_matching_rule"},
    Loss{Loss::Kind::kCrl, "CRL published", grpc::StatusCode::UNAUTHENTICATED,
         "certificate_revoked"},
    Loss{Loss::Kind::kRevokedEntry, "`revoked` entry added", grpc::StatusCode::UNAUTHENTICATED,
         "certificate_revoked"},
    Loss{Loss::Kind::kAuthority, "CA withdrawn", grpc::StatusCode::UNAUTHENTICATED,
         "issuer_unproven", true},
    Loss{Loss::Kind::kCertificate, "certificate expires", grpc::StatusCode::UNAUTHENTICATED,
         "certificate_expired", true},
    Loss{Loss::Kind::kGrant, "grant ends", grpc::StatusCode::PERMISSION_DENIED, "no_matching_rule"},
};

/// A server with two callers of different authorities: the loser, who is going to lose its right,
/// and the keeper, who is not.
class LosingScene {
 public:
  LosingScene(const Loss& loss, Api api);

  ReloadingServer& server() { return *server_; }
  const MintedCertificate& loser() const { return loser_; }
  const MintedCertificate& keeper() const { return keeper_; }

  /// One call of each kind, running.
  std::vector<std::unique_ptr<LongCall>> BeginCalls(const std::string& caller,
                                                    const std::shared_ptr<grpc::Channel>& channel);

  /// Lets the loser lose its right, and returns when it does: now, or in a moment.
  absl::Time Lose();

 private:
  std::string Policy(bool with_loser, bool with_revocation) const;
  ReloadingServerOptions Options(Api api) const;

  const Loss loss_;
  /// When that ends which ends by itself.
  const absl::Time ends_at_;
  const CertificateAuthority losers_authority_{"losers CA"};
  MintedCertificate loser_;
  std::unique_ptr<ReloadingServer> server_;
  MintedCertificate keeper_;
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_BEHAVIOUR_LOSING_SCENE_H_
