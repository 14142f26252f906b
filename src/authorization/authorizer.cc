#include <absl/status/status.h>
#include <absl/strings/str_cat.h>
#include <certgate/audit_log.h>
#include <certgate/authorizer.h>
#include <spdlog/spdlog.h>

#include <string>
#include <utility>

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

DecisionRecord RecordOf(const CallFacts& call, const Policy& policy, absl::Time time,
                        const RecordId& id) {
  DecisionRecord record;
  record.time = time;
  record.id = id.text();
  record.policy_name = policy.name();
  record.policy_version = policy.version();
  record.path = call.path;
  record.peer = PeerAddress{call.peer_address};
  record.tls_resumed = call.tls_resumed;
  return record;
}

void Fill(DecisionRecord& record, const Decision& decision) {
  record.effect = decision.effect;
  record.reason = decision.reason;
  record.mode = decision.mode;
  record.observed = decision.observed;
  record.nearest_failed = decision.nearest_failed;
}

}  // namespace

std::string Authorization::RefusalMessage() const {
  return absl::StrCat("certgate refused this call, audit record ", std::string(record_id.text()));
}

absl::StatusOr<std::shared_ptr<Authorizer>> Authorizer::Create(AuthorizerOptions options) {
  if (options.policy == nullptr) return absl::InvalidArgumentError("an authorizer needs a policy");
  if (options.audit_log == nullptr) {
    return absl::InvalidArgumentError("an authorizer needs an audit log");
  }
  if (options.clock == nullptr) return absl::InvalidArgumentError("an authorizer needs a clock");
  if (options.identity_cache_capacity < 1 || options.identity_cache_capacity > kMaxCacheCapacity) {
    return absl::InvalidArgumentError(absl::StrCat("an identity cache holds 1 to ",
                                                   kMaxCacheCapacity, " certificates, not ",
                                                   options.identity_cache_capacity));
  }
  return std::shared_ptr<Authorizer>(new Authorizer(std::move(options)));
}

Authorizer::Authorizer(AuthorizerOptions options)
    : options_(std::move(options)),
      identities_(std::make_unique<IdentityCache>(options_.identity_cache_capacity,
                                                  options_.policy->authorities())) {}

Authorizer::~Authorizer() = default;

const Policy& Authorizer::policy() const noexcept { return *options_.policy; }

Authorization Authorizer::Authorize(const CallFacts& call) noexcept {
  try {
    return AuthorizeOrThrow(call);
  } catch (...) {
    // No record has been written yet: appending it is the last step that can fail.
    Authorization refusal;
    const absl::Time now = absl::Now();
    refusal.record_id = RecordId::Generate(now);
    const bool recorded = Record(RecordOf(call, *options_.policy, now, refusal.record_id));
    refusal.code = recorded ? absl::StatusCode::kInternal : absl::StatusCode::kUnavailable;
    return refusal;
  }
}

Authorization Authorizer::AuthorizeOrThrow(const CallFacts& call) {
  const absl::Time now = options_.clock();
  Authorization authorization;
  authorization.record_id = RecordId::Generate(now);
  const Policy& policy = *options_.policy;
  DecisionRecord record = RecordOf(call, policy, now, authorization.record_id);

  std::shared_ptr<const IdentityReading> reading;
  Decision decision;
  if (!call.verified_certificate_pem.has_value()) {
    decision.reason = Reason::kNoCertificate;
  } else {
    reading = identities_->Read(*call.verified_certificate_pem, call.presented_chain_pem);
    if (!reading->certificate.sha256.empty()) record.certificate = &reading->certificate;
    if (reading->identity == nullptr) {
      decision.reason = Reason::kIdentityRejected;
      record.detail = reading->rejection;
    } else {
      authorization.caller = reading->identity;
      record.caller = reading->identity.get();
      decision = policy.Decide(*reading->identity, call.path, now);
    }
  }

  Fill(record, decision);
  RuleDescription rule;
  if (decision.rule.has_value()) {
    rule = policy.Describe(*decision.rule);
    record.rule_name = rule.name;
    record.rule_owner = rule.owner;
    record.rule_reason = rule.reason;
  }
  RuleDescription nearest;
  if (decision.nearest.has_value()) {
    nearest = policy.Describe(*decision.nearest);
    record.nearest_rule = nearest.name;
  }
  authorization.code = Record(record) ? StatusCodeOf(decision) : absl::StatusCode::kUnavailable;
  return authorization;
}

bool Authorizer::Record(const DecisionRecord& record) noexcept {
  const absl::Status written = options_.audit_log->Append(record);
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
    return options_.policy->Decide(caller, path, options_.clock());
  } catch (...) {
    return Decision{};
  }
}

}  // namespace certgate
