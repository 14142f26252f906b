#include <absl/status/status.h>
#include <absl/strings/str_cat.h>
#include <certgate/audit_log.h>
#include <certgate/authorizer.h>

#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

#include "src/authorization/decision_counts.h"
#include "src/authorization/decision_record.h"
#include "src/authorization/grounds.h"
#include "src/authorization/known_caller.h"
#include "src/authorization/listeners.h"
#include "src/authorization/lost_records.h"
#include "src/authorization/method_numbers.h"
#include "src/authorization/rcu_cell.h"
#include "src/authorization/snapshot.h"
#include "src/counting/duration_histogram.h"
#include "src/identity/identity_cache.h"

namespace certgate {
namespace {

constexpr std::size_t kMaxCacheCapacity = std::size_t{1} << 20;

}  // namespace

std::shared_ptr<const PeerIdentity> Authorization::caller() const noexcept {
  if (grounds == nullptr || grounds->standing == nullptr) return nullptr;
  return {grounds, &grounds->standing->identity};
}

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

struct Authorizer::Parts {
  explicit Parts(std::size_t capacity) : callers(capacity) {}

  RcuCell<Snapshot> snapshot;
  // One at a time.
  std::mutex replacing;

  IdentityCache<KnownCaller> callers;

  DecisionCounts counts;
  DurationHistogram decision_durations;

  Listeners listeners;
  MethodNumbers methods;

  LostRecords unrecorded{"calls are refused because the audit log cannot be written",
                         "calls were refused because the audit log could not be written; now it "
                         "can be"};
  // The log, which calls it, may outlive the authorizer.
  const std::shared_ptr<LostRecords> lost_ends = std::make_shared<LostRecords>(
      "the ends of calls are not recorded", "calls' ends were not recorded; now they are again");
};

Authorizer::Authorizer(AuthorizerOptions options)
    : audit_log_(std::move(options.audit_log)),
      clock_(std::move(options.clock)),
      parts_(std::make_unique<Parts>(options.identity_cache_capacity)) {}

Authorizer::~Authorizer() = default;

absl::Status Authorizer::Replace(std::shared_ptr<const Policy> policy,
                                 std::shared_ptr<const Trust> trust) {
  if (policy == nullptr || trust == nullptr) {
    return absl::InvalidArgumentError("an authorizer needs a policy and whom to trust");
  }
  if (absl::Status good = CheckTogether(*policy, *trust); !good.ok()) return good;
  const std::lock_guard lock(parts_->replacing);
  auto next = std::make_unique<Snapshot>();
  next->policy = std::move(policy);
  next->trust = std::move(trust);
  next->generation = generation_.load(std::memory_order_relaxed) + 1;
  const std::uint64_t generation = next->generation;
  const std::unique_ptr<const Snapshot> previous = parts_->snapshot.Exchange(std::move(next));
  // After this a call that was decided before is seen to be stale, and one that is decided from
  // now on is decided by the new snapshot.
  generation_.store(generation);
  parts_->listeners.Notify();
  // Last: whoever lost a right has not to wait until nobody decides by the old policy any more.
  parts_->snapshot.WaitForReaders();
  return absl::OkStatus();
}

std::uint64_t Authorizer::AddListener(std::function<void()> listener) {
  return parts_->listeners.Add(std::move(listener));
}

void Authorizer::RemoveListener(std::uint64_t number) { parts_->listeners.Remove(number); }

std::uint32_t Authorizer::NumberOf(std::string_view path) { return parts_->methods.Of(path); }

std::uint64_t Authorizer::generation() const noexcept { return generation_.load(); }

AuthorizerFigures Authorizer::figures() const {
  AuthorizerFigures figures;
  figures.decisions = parts_->counts.Read(parts_->methods);
  figures.decision_durations = parts_->decision_durations.Read();
  const CacheFigures cache = parts_->callers.figures();
  figures.known_certificates = cache.size;
  figures.certificate_hits = cache.hits;
  figures.certificate_misses = cache.misses;
  return figures;
}

std::shared_ptr<const Policy> Authorizer::policy() const { return parts_->snapshot.Read()->policy; }

std::shared_ptr<const Trust> Authorizer::trust() const { return parts_->snapshot.Read()->trust; }

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
  parts_->counts.AddUndecided(call.method);
  const absl::Time now = absl::Now();
  refusal.record_id = RecordId::Generate(now);
  const auto snapshot = parts_->snapshot.Read();
  const DecisionRecord record = UndecidedRecord(call, *snapshot->policy, now, refusal.record_id);
  RecordDecision(record, absl::StatusCode::kInternal, when_recorded, refusal);
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
            when(parts_->unrecorded.Note(status));
          },
          &counted_in);
    }
    if (counted_in != RecordId()) {
      // Says nothing about whether the log can be written.
      authorization.record_id = counted_in;
      return authorization.Settle(true);
    }
    if (written.has_value()) authorization.Settle(parts_->unrecorded.Note(*written));
  } catch (const std::exception& error) {
    // The function could not be made, so no record has been handed over.
    authorization.Settle(parts_->unrecorded.Note(absl::Status(absl::StatusCode::kUnavailable, "")));
  }
}

Authorization Authorizer::AuthorizeOrThrow(const CallFacts& call, WhenRecorded* when_recorded) {
  const auto begin = DurationHistogram::Clock::now();
  const absl::Time now = clock_();
  Authorization authorization;
  authorization.record_id = RecordId::Generate(now);
  authorization.decided_at = now;
  authorization.method = call.method;
  if (call.verified_certificate_pem.has_value()) {
    authorization.certificate =
        parts_->callers.Find(*call.verified_certificate_pem, call.presented_chain_pem);
  }
  {
    const auto snapshot = parts_->snapshot.Read();
    authorization.generation = snapshot->generation;
    authorization.grounds = FindGrounds(*snapshot, call, authorization.certificate.get(), now);
  }
  const Grounds& grounds = *authorization.grounds;
  authorization.reconsider_at = ReconsiderAt(grounds.until, now);
  const DecisionRecord record =
      RecordOf(call, grounds, authorization.certificate.get(), now, authorization.record_id);
  // From here on nothing throws: no call is counted twice.
  grounds.count->Add();
  parts_->decision_durations.Add(DurationHistogram::Clock::now() - begin);
  RecordDecision(record, grounds.code, when_recorded, authorization);
  return authorization;
}

std::shared_ptr<const Grounds> Authorizer::FindGrounds(const Snapshot& snapshot,
                                                       const CallFacts& call,
                                                       const KnownCaller* certificate,
                                                       absl::Time now) const {
  const bool remembers = certificate != nullptr && call.method != 0;
  if (remembers) {
    auto known = certificate->Recall(call.method, call.path, snapshot.generation, now);
    if (known != nullptr) return known;
  }
  auto grounds = std::make_shared<Grounds>(Decide(snapshot, certificate, call.path, now));
  grounds->count = &parts_->counts.Of(call.method, grounds->decision);
  if (remembers) {
    const RecordId id = RecordId::Generate(now);
    grounds->prepared = audit_log_->Prepare(RecordOf(call, *grounds, certificate, now, id));
    certificate->Remember(call.method, grounds);
  }
  return grounds;
}

std::optional<Authorization> Authorizer::Reconsider(Authorization& admitted,
                                                    std::string_view path) noexcept {
  try {
    return ReconsiderOrThrow(admitted, path);
  } catch (...) {
    Authorization refusal;
    refusal.decided_at = absl::Now();
    refusal.record_id = RecordId::Generate(refusal.decided_at);
    return refusal;
  }
}

std::optional<Authorization> Authorizer::ReconsiderOrThrow(Authorization& admitted,
                                                           std::string_view path) {
  const absl::Time now = clock_();
  const CallFacts call = {.path = path, .method = admitted.method};
  Authorization decided;
  {
    const auto snapshot = parts_->snapshot.Read();
    decided.generation = snapshot->generation;
    decided.grounds = FindGrounds(*snapshot, call, admitted.certificate.get(), now);
  }
  decided.code = decided.grounds->code;
  decided.reconsider_at = ReconsiderAt(decided.grounds->until, now);
  if (decided.admitted()) {
    admitted.generation = decided.generation;
    admitted.reconsider_at = decided.reconsider_at;
    return std::nullopt;
  }
  decided.certificate = admitted.certificate;
  decided.record_id = RecordId::Generate(now);
  decided.decided_at = now;
  return decided;
}

void Authorizer::Record(const Authorization& refusal, const Authorization& admitted,
                        const CallFacts& call) noexcept {
  if (refusal.grounds == nullptr) {
    const auto snapshot = parts_->snapshot.Read();
    return RecordRevoked(
        UndecidedRecord(call, *snapshot->policy, refusal.decided_at, refusal.record_id), admitted);
  }
  RecordRevoked(RecordOf(call, *refusal.grounds, refusal.certificate.get(), refusal.decided_at,
                         refusal.record_id),
                admitted);
}

void Authorizer::RecordRevoked(DecisionRecord record, const Authorization& admitted) noexcept {
  SetRevoked(admitted, record);
  parts_->unrecorded.Note(audit_log_->Append(record));
}

void Authorizer::RecordEnd(const Authorization& admitted, const CallFacts& call,
                           const CallEnd& end) noexcept {
  if (admitted.grounds == nullptr) return;
  const absl::Time now = Now();
  try {
    const RecordId id = RecordId::Generate(now);
    DecisionRecord record = RecordOf(call, *admitted.grounds, admitted.certificate.get(), now, id);
    SetEnded(admitted, end, record);
    const auto note = [lost = parts_->lost_ends](const absl::Status& written) {
      lost->Note(written);
    };
    const std::optional<absl::Status> written = audit_log_->Append(record, note);
    if (written.has_value()) note(*written);
  } catch (const std::exception& error) {
    parts_->lost_ends->Note(absl::Status(absl::StatusCode::kUnavailable, ""));
  }
}

absl::Time Authorizer::Now() const noexcept {
  try {
    return clock_();
  } catch (...) {
    return absl::InfiniteFuture();
  }
}

Decision Authorizer::Preview(const PeerIdentity& caller, std::string_view path) const noexcept {
  try {
    return parts_->snapshot.Read()->policy->Decide(caller, path, clock_());
  } catch (...) {
    return Decision{};
  }
}

}  // namespace certgate
