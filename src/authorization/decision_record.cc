#include "src/authorization/decision_record.h"

#include <algorithm>

namespace certgate {
namespace {

// The reasons that come from the chain behind a certificate and not from an entry.
bool IsOfChain(const Decision& decision) {
  return !decision.rule.has_value() && (decision.reason == Reason::kCertificateRevoked ||
                                        decision.reason == Reason::kRevocationUnknown ||
                                        decision.reason == Reason::kIssuerUnproven);
}

void SetCall(const CallFacts& call, absl::Time time, const RecordId& id, DecisionRecord& record) {
  record.time = time;
  record.id = id.text();
  record.path = call.path;
  record.peer = PeerAddress{call.peer_address};
  record.tls_resumed = call.tls_resumed;
}

// What was read of the certificate, accepted as an identity or not.
void SetCertificate(const KnownCertificate& certificate, DecisionRecord& record) {
  const IdentityReading& reading = *certificate.reading();
  if (!reading.certificate.sha256.empty()) record.certificate = &reading.certificate;
  record.detail = reading.rejection;
  record.encoded_certificate = certificate.description();
}

void SetDecision(const Grounds& grounds, DecisionRecord& record) {
  const Decision& decision = grounds.decision;
  record.effect = decision.effect;
  record.reason = decision.reason;
  record.mode = decision.mode;
  record.observed = decision.observed;
  record.nearest_failed = decision.nearest_failed;
  if (grounds.standing != nullptr) {
    record.caller = &grounds.standing->identity;
    if (IsOfChain(decision)) record.detail = record.caller->standing_detail;
  }
  record.rule_name = grounds.rule_name;
  record.rule_owner = grounds.rule_owner;
  record.rule_reason = grounds.rule_reason;
  record.nearest_rule = grounds.nearest_rule;
  record.policy_name = grounds.policy_name;
  record.policy_version = grounds.policy_version;
}

void SetAdmitted(const Authorization& admitted, DecisionRecord& record) {
  record.admitted_by = admitted.record_id.text();
  // A clock that was set back must not give a call a negative length.
  record.ran_for = std::max(absl::ZeroDuration(), record.time - admitted.decided_at);
  // That one is of another action.
  record.prepared = nullptr;
}

}  // namespace

DecisionRecord RecordOf(const CallFacts& call, const Grounds& grounds,
                        const KnownCertificate* certificate, absl::Time time, const RecordId& id) {
  DecisionRecord record;
  SetCall(call, time, id, record);
  if (certificate != nullptr) SetCertificate(*certificate, record);
  SetDecision(grounds, record);
  record.prepared = grounds.prepared.get();
  return record;
}

void SetRevoked(const Authorization& admitted, DecisionRecord& record) {
  record.action = DecisionAction::kRevokeCall;
  SetAdmitted(admitted, record);
}

void SetEnded(const Authorization& admitted, const CallEnd& end, DecisionRecord& record) {
  record.action = DecisionAction::kCallEnd;
  record.end = &end;
  SetAdmitted(admitted, record);
}

DecisionRecord UndecidedRecord(const CallFacts& call, const Policy& policy, absl::Time time,
                               const RecordId& id) noexcept {
  DecisionRecord record;
  SetCall(call, time, id, record);
  record.policy_name = policy.name();
  record.policy_version = policy.version();
  return record;
}

}  // namespace certgate
