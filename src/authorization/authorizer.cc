#include <absl/status/status.h>
#include <absl/strings/str_cat.h>
#include <certgate/audit_log.h>
#include <certgate/authorizer.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <string>
#include <utility>

#include "src/audit/certificate_encoder.h"
#include "src/authorization/decision_record.h"
#include "src/authorization/lost_records.h"
#include "src/authorization/snapshot.h"
#include "src/identity/identity_cache.h"

namespace certgate {
namespace {

constexpr std::size_t kMaxCacheCapacity = std::size_t{1} << 20;

absl::StatusCode StatusCodeOf(const Decision& decision) noexcept {
  switch (decision.reason) {
    case Reason::kAllowed:
    case Reason::kWouldDeny:
      // Both say the same; a decision that does not is not one to act on.
      return decision.effect == Effect::kAllow ? absl::StatusCode::kOk
                                               : absl::StatusCode::kInternal;
    case Reason::kNoMatchingRule:
    case Reason::kMethodNotListed:
    case Reason::kDeniedByRule:
    case Reason::kMalformedMethod:
      return absl::StatusCode::kPermissionDenied;
    case Reason::kNoCertificate:
    case Reason::kIdentityRejected:
    case Reason::kCertificateExpired:
    case Reason::kCertificateNotYetValid:
    case Reason::kCertificateRevoked:
    case Reason::kRevocationUnknown:
    case Reason::kIssuerUnproven:
      return absl::StatusCode::kUnauthenticated;
    case Reason::kAuditUnavailable:
      return absl::StatusCode::kUnavailable;
    case Reason::kInternalError:
      break;
  }
  return absl::StatusCode::kInternal;
}

}  // namespace

std::string Authorization::RefusalMessage() const {
  return absl::StrCat("certgate refused this call, audit record ", std::string(record_id.text()));
}

absl::StatusOr<std::shared_ptr<Authorizer>> Authorizer::Create(AuthorizerOptions options) {
  if (options.policy == nullptr) return absl::InvalidArgumentError("an authorizer needs a policy");
  if (options.trust == nullptr) {
    return absl::InvalidArgumentError("an authorizer needs to know whom to trust: see LoadTrust");
  }
  if (options.audit_log == nullptr) {
    return absl::InvalidArgumentError("an authorizer needs an audit log");
  }
  if (options.clock == nullptr) return absl::InvalidArgumentError("an authorizer needs a clock");
  if (options.identity_cache_capacity < 1 || options.identity_cache_capacity > kMaxCacheCapacity) {
    return absl::InvalidArgumentError(absl::StrCat("an identity cache holds 1 to ",
                                                   kMaxCacheCapacity, " certificates, not ",
                                                   options.identity_cache_capacity));
  }
  std::shared_ptr<const Policy> policy = std::move(options.policy);
  std::shared_ptr<const Trust> trust = std::move(options.trust);
  std::shared_ptr<Authorizer> authorizer(new Authorizer(std::move(options)));
  absl::Status good = authorizer->Replace(std::move(policy), std::move(trust));
  if (!good.ok()) return good;
  return authorizer;
}

Authorizer::Authorizer(AuthorizerOptions options)
    : audit_log_(std::move(options.audit_log)),
      clock_(std::move(options.clock)),
      identities_(
          std::make_unique<IdentityCache>(options.identity_cache_capacity, &EncodeCertificate)),
      lost_ends_(std::make_shared<LostRecords>()) {}

Authorizer::~Authorizer() = default;

absl::Status Authorizer::Replace(std::shared_ptr<const Policy> policy,
                                 std::shared_ptr<const Trust> trust) {
  if (policy == nullptr || trust == nullptr) {
    return absl::InvalidArgumentError("an authorizer needs a policy and whom to trust");
  }
  if (absl::Status good = CheckTogether(*policy, *trust); !good.ok()) return good;
  auto next = std::make_shared<Snapshot>();
  next->policy = std::move(policy);
  next->trust = std::move(trust);
  {
    const std::lock_guard lock(snapshot_mutex_);
    next->generation = generation_.load(std::memory_order_relaxed) + 1;
    snapshot_ = std::move(next);
    // After this a call that was decided before is seen to be stale, and one that is decided from
    // now on is decided by the new snapshot.
    generation_.store(snapshot_->generation);
  }
  const std::lock_guard lock(listeners_mutex_);
  for (const Listener& listener : listeners_) listener.notify();
  return absl::OkStatus();
}

std::uint64_t Authorizer::AddListener(std::function<void()> listener) {
  const std::lock_guard lock(listeners_mutex_);
  listeners_.push_back({++listeners_added_, std::move(listener)});
  return listeners_added_;
}

void Authorizer::RemoveListener(std::uint64_t number) {
  const std::lock_guard lock(listeners_mutex_);
  std::erase_if(listeners_, [number](const Listener& one) { return one.number == number; });
}

std::shared_ptr<const Authorizer::Snapshot> Authorizer::snapshot() const {
  const std::lock_guard lock(snapshot_mutex_);
  return snapshot_;
}

std::uint64_t Authorizer::generation() const noexcept { return generation_.load(); }

std::size_t Authorizer::known_certificates() const { return identities_->size(); }

std::shared_ptr<const Policy> Authorizer::policy() const { return snapshot()->policy; }

std::shared_ptr<const Trust> Authorizer::trust() const { return snapshot()->trust; }

Authorization Authorizer::Authorize(const CallFacts& call) noexcept {
  return AuthorizeOrRefuse(call, nullptr);
}

Authorization Authorizer::Authorize(const CallFacts& call, WhenRecorded when_recorded) noexcept {
  return AuthorizeOrRefuse(call, audit_log_->may_wait() ? &when_recorded : nullptr);
}

Authorization Authorizer::AuthorizeOrRefuse(const CallFacts& call,
                                            WhenRecorded* when_recorded) noexcept {
  try {
    return AuthorizeOrThrow(call, when_recorded);
  } catch (...) {
    return RefuseUndecided(call, when_recorded);
  }
}

// No record has been written yet: appending it is the last step that can fail.
Authorization Authorizer::RefuseUndecided(const CallFacts& call,
                                          WhenRecorded* when_recorded) noexcept {
  Authorization refusal;
  const absl::Time now = absl::Now();
  refusal.record_id = RecordId::Generate(now);
  const std::shared_ptr<const Snapshot> snapshot = this->snapshot();
  const DecisionRecordBuilder builder(call, *snapshot->policy, now, refusal.record_id);
  RecordDecision(builder.record(), absl::StatusCode::kInternal, when_recorded, refusal);
  return refusal;
}

void Authorizer::RecordDecision(const DecisionRecord& record, absl::StatusCode decided,
                                WhenRecorded* when_recorded,
                                Authorization& authorization) noexcept {
  authorization.decided = decided;
  authorization.is_pending = true;
  authorization.code = absl::StatusCode::kUnavailable;
  RecordId counted_in;
  try {
    std::optional<absl::Status> written;
    if (when_recorded == nullptr) {
      written = audit_log_->Append(record, &counted_in);
    } else {
      written = audit_log_->Append(
          record,
          [this, when = std::move(*when_recorded)](const absl::Status& status) {
            when(NoteWhetherRecorded(status));
          },
          &counted_in);
    }
    if (counted_in != RecordId()) {
      // Says nothing about whether the log can be written.
      authorization.record_id = counted_in;
      return authorization.Settle(true);
    }
    if (written.has_value()) authorization.Settle(NoteWhetherRecorded(*written));
  } catch (const std::exception& error) {
    // The function could not be made, so no record has been handed over.
    authorization.Settle(NoteWhetherRecorded(absl::Status(absl::StatusCode::kUnavailable, "")));
  }
}

std::optional<Revocation> Authorizer::Reconsider(Authorization& admitted,
                                                 std::string_view path) noexcept {
  try {
    return ReconsiderOrThrow(admitted, path);
  } catch (...) {
    Revocation revocation;
    revocation.refusal.decided_at = absl::Now();
    revocation.refusal.record_id = RecordId::Generate(revocation.refusal.decided_at);
    revocation.policy = snapshot()->policy;
    return revocation;
  }
}

Authorization Authorizer::AuthorizeOrThrow(const CallFacts& call, WhenRecorded* when_recorded) {
  const absl::Time now = clock_();
  const std::shared_ptr<const Snapshot> snapshot = this->snapshot();
  const Policy& policy = *snapshot->policy;
  Authorization authorization;
  authorization.record_id = RecordId::Generate(now);
  authorization.decided_at = now;
  authorization.generation = snapshot->generation;
  DecisionRecordBuilder builder(call, policy, now, authorization.record_id);

  Decision decision;
  std::shared_ptr<const StandingIdentity> standing;
  if (!call.verified_certificate_pem.has_value()) {
    decision.reason = Reason::kNoCertificate;
  } else {
    authorization.certificate =
        identities_->Find(*call.verified_certificate_pem, call.presented_chain_pem);
    builder.SetReading(*authorization.certificate->reading(),
                       authorization.certificate->description());
    standing = authorization.certificate->Under(*snapshot->trust, now);
    if (standing == nullptr) {
      decision.reason = Reason::kIdentityRejected;
    } else {
      authorization.caller = {standing, &standing->identity};
      authorization.reconsider_at = ReconsiderAt(policy, *standing, now);
      builder.SetCaller(standing->identity);
      decision = policy.Decide(standing->identity, call.path, now);
    }
  }
  builder.SetDecision(decision);
  // Before the record: nothing may fail behind it.
  if (call.records_end && StatusCodeOf(decision) == absl::StatusCode::kOk) {
    authorization.admission =
        std::make_shared<const Admission>(Admission{decision, snapshot->policy});
  }
  RecordDecision(builder.record(), StatusCodeOf(decision), when_recorded, authorization);
  return authorization;
}

std::optional<Revocation> Authorizer::ReconsiderOrThrow(Authorization& admitted,
                                                        std::string_view path) {
  const absl::Time now = clock_();
  const std::shared_ptr<const Snapshot> snapshot = this->snapshot();
  Revocation revocation;
  revocation.policy = snapshot->policy;
  std::shared_ptr<const StandingIdentity> standing;
  if (admitted.certificate != nullptr) {
    standing = admitted.certificate->Under(*snapshot->trust, now);
  }
  if (standing != nullptr) {
    revocation.decision = snapshot->policy->Decide(standing->identity, path, now);
  }
  Authorization& refusal = revocation.refusal;
  refusal.code = StatusCodeOf(revocation.decision);
  if (refusal.admitted()) {
    admitted.generation = snapshot->generation;
    admitted.reconsider_at = ReconsiderAt(*snapshot->policy, *standing, now);
    return std::nullopt;
  }
  if (standing != nullptr) refusal.caller = {standing, &standing->identity};
  refusal.certificate = admitted.certificate;
  refusal.record_id = RecordId::Generate(now);
  refusal.decided_at = now;
  refusal.generation = snapshot->generation;
  return revocation;
}

void Authorizer::Record(const Revocation& revocation, const Authorization& admitted,
                        const CallFacts& call) noexcept {
  const Authorization& refusal = revocation.refusal;
  try {
    DecisionRecordBuilder builder(call, *revocation.policy, refusal.decided_at, refusal.record_id);
    if (refusal.certificate != nullptr) {
      builder.SetReading(*refusal.certificate->reading(), refusal.certificate->description());
    }
    if (refusal.caller != nullptr) builder.SetCaller(*refusal.caller);
    builder.SetDecision(revocation.decision);
    builder.SetRevoked(admitted);
    Record(builder.record());
  } catch (const std::exception& error) {
    spdlog::error("a call was ended, and its record {} could not be made: {}",
                  std::string(refusal.record_id.text()), error.what());
  }
}

void Authorizer::RecordEnd(const Authorization& admitted, const CallFacts& call,
                           const CallEnd& end) noexcept {
  if (admitted.admission == nullptr) return;
  const absl::Time now = Now();
  try {
    const RecordId id = RecordId::Generate(now);
    DecisionRecordBuilder builder(call, *admitted.admission->policy, now, id);
    if (admitted.certificate != nullptr) builder.SetReading(*admitted.certificate->reading(), admitted.certificate->description());
    if (admitted.caller != nullptr) builder.SetCaller(*admitted.caller);
    builder.SetDecision(admitted.admission->decision);
    builder.SetEnded(admitted, end);
    // The log may outlive this object.
    const auto note = [lost = lost_ends_](const absl::Status& written) { lost->Note(written); };
    const std::optional<absl::Status> written = audit_log_->Append(builder.record(), note);
    if (written.has_value()) note(*written);
  } catch (const std::exception& error) {
    lost_ends_->Note(absl::Status(absl::StatusCode::kUnavailable, ""));
  }
}

absl::Time Authorizer::Now() const noexcept {
  try {
    return clock_();
  } catch (...) {
    return absl::InfiniteFuture();
  }
}

bool Authorizer::Record(const DecisionRecord& record) noexcept {
  return NoteWhetherRecorded(audit_log_->Append(record));
}

bool Authorizer::NoteWhetherRecorded(const absl::Status& written) noexcept {
  if (written.ok()) {
    if (unrecorded_.load(std::memory_order_relaxed) == 0) return true;
    const std::uint64_t refused = unrecorded_.exchange(0, std::memory_order_relaxed);
    if (refused > 0) {
      spdlog::warn("the audit log can be written again; {} calls were refused meanwhile", refused);
    }
    return true;
  }
  // Once for each outage: a full disk must not also fill the operational log.
  if (unrecorded_.fetch_add(1, std::memory_order_relaxed) == 0) {
    spdlog::error("calls are refused because the audit log cannot be written: {}",
                  std::string(written.message()));
  }
  return false;
}

Decision Authorizer::Preview(const PeerIdentity& caller, std::string_view path) const noexcept {
  try {
    return snapshot()->policy->Decide(caller, path, clock_());
  } catch (...) {
    return Decision{};
  }
}

}  // namespace certgate
