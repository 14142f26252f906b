#ifndef CERTGATE_AUTHORIZER_H_
#define CERTGATE_AUTHORIZER_H_

#include <absl/status/statusor.h>
#include <absl/time/clock.h>
#include <absl/time/time.h>
#include <certgate/decision.h>
#include <certgate/peer_identity.h>
#include <certgate/policy.h>
#include <certgate/record_id.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace certgate {

class AuditLog;
struct DecisionRecord;
class IdentityCache;

/// One call, as the transport knows it before anything is believed.
struct CallFacts {
  /// The `:path` as it arrived.
  std::string_view path;
  /// The peer certificate that the TLS handshake verified, PEM; absent when there is none.
  std::optional<std::string_view> verified_certificate_pem = std::nullopt;
  /// The further certificates that the peer presented, PEM; empty when it sent none, and on a
  /// resumed TLS session, which shows none.
  std::string_view presented_chain_pem = {};
  /// The peer's address in gRPC's form; see `PeerAddress`.
  std::string_view peer_address = {};
  bool tls_resumed = false;
};

/// What `Authorizer::Authorize` decided and recorded. Value-initialized it refuses.
struct Authorization {
  /// OK admits the call. Else UNAUTHENTICATED, PERMISSION_DENIED, UNAVAILABLE or INTERNAL.
  absl::StatusCode code = absl::StatusCode::kInternal;
  /// The caller, if its certificate was accepted as an identity (also when the call is refused).
  std::shared_ptr<const PeerIdentity> caller;
  /// The audit record's identifier.
  RecordId record_id;

  bool admitted() const noexcept { return code == absl::StatusCode::kOk; }
  /// What a refused caller is told: the same for every reason but for the record's identifier, so
  /// that an operator finds the reason and a prober learns nothing.
  std::string RefusalMessage() const;
};

struct AuthorizerOptions {
  /// Both required.
  std::shared_ptr<const Policy> policy;
  std::shared_ptr<AuditLog> audit_log;
  /// The most certificates whose reading is remembered; 1 to 1,048,576.
  std::size_t identity_cache_capacity = 4096;
  /// The clock; tests replace it. May throw: the call is then refused.
  std::function<absl::Time()> clock = absl::Now;
};

/// The policy decision point: identity, policy and audit in one call. Thread-safe.
class Authorizer {
 public:
  /// Errors: InvalidArgument for a missing policy or audit log, or a capacity out of range.
  static absl::StatusOr<std::shared_ptr<Authorizer>> Create(AuthorizerOptions options);
  ~Authorizer();
  Authorizer(const Authorizer&) = delete;
  Authorizer& operator=(const Authorizer&) = delete;

  /// Decides one call and writes its record. The status is OK only if the policy admits the
  /// caller and the record was written; every failure on the way, an exception or running out of
  /// memory included, is a refusal. Writes exactly one record for each call to this function,
  /// unless the audit log cannot take it (then the operational log says so).
  Authorization Authorize(const CallFacts& call) noexcept;

  /// What the policy says now of `caller` and `path`, without a record: for showing people their
  /// rights, not for letting anything happen.
  Decision Preview(const PeerIdentity& caller, std::string_view path) const noexcept;

  const Policy& policy() const noexcept;

 private:
  explicit Authorizer(AuthorizerOptions options);
  Authorization AuthorizeOrThrow(const CallFacts& call);
  bool Record(const DecisionRecord& record) noexcept;

  const AuthorizerOptions options_;
  const std::unique_ptr<IdentityCache> identities_;
  // Calls refused because their record could not be written, since the last that could.
  std::atomic<std::uint64_t> unrecorded_{0};
};

}  // namespace certgate

#endif  // CERTGATE_AUTHORIZER_H_
