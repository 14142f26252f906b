#ifndef CERTGATE_AUTHORIZER_H_
#define CERTGATE_AUTHORIZER_H_

#include <absl/status/statusor.h>
#include <absl/time/clock.h>
#include <absl/time/time.h>
#include <certgate/authorizer_figures.h>
#include <certgate/decision.h>
#include <certgate/peer_identity.h>
#include <certgate/policy.h>
#include <certgate/record_id.h>
#include <certgate/trust.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace certgate {

class AuditLog;
struct CallEnd;
struct DecisionRecord;
struct Grounds;
class KnownCaller;
struct Snapshot;

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
  /// The method's number, if `path` is one that was given to `Authorizer::NumberOf`; else 0.
  std::uint32_t method = 0;
};

/// What `Authorizer::Authorize` decided and recorded. Value-initialized it refuses.
struct Authorization {
  /// OK admits the call. Else UNAUTHENTICATED, PERMISSION_DENIED, UNAVAILABLE or INTERNAL.
  absl::StatusCode code = absl::StatusCode::kInternal;
  /// The record is on its way to the disk: nothing may happen, and nothing be answered, before
  /// `Settle`. `code` refuses until then.
  bool is_pending = false;
  /// What `code` will be if the record is written.
  absl::StatusCode decided = absl::StatusCode::kInternal;
  /// The audit record's identifier; for a denial that was counted, that of the record that will
  /// tell the count.
  RecordId record_id;
  /// When it was decided, and under which snapshot of policy and trust; see
  /// `Authorizer::generation`.
  absl::Time decided_at;
  std::uint64_t generation = 0;
  /// The decision stands until a newer generation, and until just before this moment: then a
  /// certificate, a CRL or an entry of the policy begins or ends.
  absl::Time reconsider_at = absl::InfinitePast();
  /// For the authorizer's own use: the number of the method, the certificate, and why it was
  /// decided so. Null if there is no certificate, or no decision.
  std::uint32_t method = 0;
  std::shared_ptr<const KnownCaller> certificate;
  std::shared_ptr<const Grounds> grounds;

  bool admitted() const noexcept { return code == absl::StatusCode::kOk; }
  /// The caller, if its certificate was accepted as an identity (also when the call is refused);
  /// else null.
  std::shared_ptr<const PeerIdentity> caller() const noexcept;
  /// Whether `Settle(true)` would admit the call.
  bool may_be_admitted() const noexcept {
    return admitted() || (is_pending && decided == absl::StatusCode::kOk);
  }
  /// It is known now whether the record was written.
  void Settle(bool is_recorded) noexcept {
    if (!std::exchange(is_pending, false)) return;
    code = is_recorded ? decided : absl::StatusCode::kUnavailable;
  }
  /// What a refused caller is told: the same for every reason but for the record's identifier, so
  /// that an operator finds the reason and a prober learns nothing.
  std::string RefusalMessage() const;
};

/// What `Authorizer::Create` makes an authorizer of.
struct AuthorizerOptions {
  /// All required.
  std::shared_ptr<const Policy> policy;
  std::shared_ptr<const Trust> trust;
  std::shared_ptr<AuditLog> audit_log;
  /// The most certificates whose reading is remembered; 1 to 1,048,576.
  std::size_t identity_cache_capacity = 4096;
  /// The clock; tests replace it. May throw: the call is then refused.
  std::function<absl::Time()> clock = absl::Now;
};

/// The policy decision point: identity, policy and audit in one call. Policy and trust are one
/// snapshot, which can be replaced while calls are running. Thread-safe.
class Authorizer {
 public:
  /// Errors: InvalidArgument for a missing policy, trust or audit log, or a capacity out of range;
  /// those of `Replace`.
  static absl::StatusOr<std::shared_ptr<Authorizer>> Create(AuthorizerOptions options);
  ~Authorizer();
  Authorizer(const Authorizer&) = delete;
  Authorizer& operator=(const Authorizer&) = delete;

  /// The number of a method that will be called: from 1, the same for the same path. What is
  /// decided about calls with `CallFacts::method` is remembered for as long as it holds. Numbers
  /// are never given back: ask for registered methods, not for what callers ask for. Throws
  /// std::bad_alloc.
  std::uint32_t NumberOf(std::string_view path);

  /// Decides one call and writes its record. The status is OK only if the policy admits the
  /// caller and the record was written; every failure on the way, an exception or running out of
  /// memory included, is a refusal. Writes exactly one record for each call to this function,
  /// unless the audit log cannot take it (then the operational log says so).
  Authorization Authorize(const CallFacts& call) noexcept;

  /// The same for threads that must not wait for the disk. If it is not known yet whether the
  /// record is written, the result is pending, and `when_recorded` is called later, once, from
  /// another thread, possibly before this returns; it must neither block nor throw. Else it is not
  /// called.
  using WhenRecorded = std::function<void(bool is_recorded)>;
  Authorization Authorize(const CallFacts& call, WhenRecorded when_recorded) noexcept;

  /// Decides again about a call to `path` that `admitted` let in and that is still running. If it
  /// may go on, there is no result, and `admitted` says until when. Else the call has to be ended
  /// with the result, which is a refusal, at once, and then to be recorded: a trail that cannot be
  /// written, or that makes its writers wait, must not keep it alive. Every failure on the way ends
  /// the call.
  std::optional<Authorization> Reconsider(Authorization& admitted, std::string_view path) noexcept;

  /// Writes the `revoke-call` record of a call that `admitted` had let in and that has been ended
  /// with `refusal`; of `call`, the path and the peer count. If that fails, the operational log
  /// says so.
  void Record(const Authorization& refusal, const Authorization& admitted,
              const CallFacts& call) noexcept;

  /// Writes the `call-end` record of a call that `admitted` had let in and that is over; of `call`,
  /// the path and the peer count. Does not wait for the disk. If it cannot be written, the
  /// operational log says so.
  void RecordEnd(const Authorization& admitted, const CallFacts& call, const CallEnd& end) noexcept;

  /// The time by the authorizer's clock; InfiniteFuture, when everything has ended, if it throws.
  absl::Time Now() const noexcept;

  /// Takes `policy` and `trust` into force, both at once, for every decision from now on, and then
  /// calls the listeners. FailedPrecondition, and nothing changes, if `trust` has several roots
  /// while the policy selects by `cn`, `ou`, `o` or `serial` without `issuer`; the message shows
  /// the entries. `trust` must have been loaded for `policy`.
  absl::Status Replace(std::shared_ptr<const Policy> policy, std::shared_ptr<const Trust> trust);

  /// The number of the snapshot in force: 1 at first, one more for each `Replace`.
  std::uint64_t generation() const noexcept;

  /// `listener` is called after each `Replace`, by the thread that replaced, until it is removed;
  /// it must not add or remove listeners. Returns a number for `RemoveListener`, after whose return
  /// the listener is not running and will not be called.
  std::uint64_t AddListener(std::function<void()> listener);
  void RemoveListener(std::uint64_t number);

  /// What the policy says now of `caller` and `path`, without a record: for showing people their
  /// rights, not for letting anything happen.
  Decision Preview(const PeerIdentity& caller, std::string_view path) const noexcept;

  /// What was done so far. Counts all methods, in the time that this takes.
  AuthorizerFigures figures() const;

  /// What is in force now.
  std::shared_ptr<const Policy> policy() const;
  std::shared_ptr<const Trust> trust() const;

 private:
  struct Parts;
  explicit Authorizer(AuthorizerOptions options);
  // Null for a thread that may wait.
  Authorization AuthorizeOrRefuse(const CallFacts& call, WhenRecorded* when_recorded) noexcept;
  Authorization AuthorizeOrThrow(const CallFacts& call, WhenRecorded* when_recorded);
  std::shared_ptr<const Grounds> FindGrounds(const Snapshot& snapshot, const CallFacts& call,
                                             const KnownCaller* certificate, absl::Time now) const;
  std::optional<Authorization> ReconsiderOrThrow(Authorization& admitted, std::string_view path);
  Authorization RefuseUndecided(const CallFacts& call, WhenRecorded* when_recorded) noexcept;
  void RecordDecision(const DecisionRecord& record, absl::StatusCode decided,
                      WhenRecorded* when_recorded, Authorization& authorization) noexcept;
  void RecordRevoked(DecisionRecord record, const Authorization& admitted) noexcept;

  const std::shared_ptr<AuditLog> audit_log_;
  const std::function<absl::Time()> clock_;
  const std::unique_ptr<Parts> parts_;
  // Of the snapshot in force.
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace certgate

#endif  // CERTGATE_AUTHORIZER_H_
