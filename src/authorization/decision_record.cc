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

}  // namespace

DecisionRecordBuilder::DecisionRecordBuilder(const CallFacts& call, const Policy& policy,
                                             absl::Time time, const RecordId& id)
    : policy_(policy) {
  record_.time = time;
  record_.id = id.text();
  record_.policy_name = policy.name();
  record_.policy_version = policy.version();
  record_.path = call.path;
  record_.peer = PeerAddress{call.peer_address};
  record_.tls_resumed = call.tls_resumed;
}

void DecisionRecordBuilder::SetReading(const IdentityReading& reading, std::string_view encoded) {
  if (!reading.certificate.sha256.empty()) record_.certificate = &reading.certificate;
  record_.detail = reading.rejection;
  record_.encoded_certificate = encoded;
}

void DecisionRecordBuilder::SetCaller(const PeerIdentity& caller) { record_.caller = &caller; }

void DecisionRecordBuilder::SetDecision(const Decision& decision) {
  record_.effect = decision.effect;
  record_.reason = decision.reason;
  record_.mode = decision.mode;
  record_.observed = decision.observed;
  record_.nearest_failed = decision.nearest_failed;
  if (record_.caller != nullptr && IsOfChain(decision)) {
    record_.detail = record_.caller->standing_detail;
  }
  if (decision.rule.has_value()) {
    rule_ = policy_.Describe(*decision.rule);
    record_.rule_name = rule_.name;
    record_.rule_owner = rule_.owner;
    record_.rule_reason = rule_.reason;
  }
  if (decision.nearest.has_value()) {
    nearest_ = policy_.Describe(*decision.nearest);
    record_.nearest_rule = nearest_.name;
  }
}

void DecisionRecordBuilder::SetRevoked(const Authorization& admitted) {
  record_.action = DecisionAction::kRevokeCall;
  SetAdmitted(admitted);
}

void DecisionRecordBuilder::SetEnded(const Authorization& admitted, const CallEnd& end) {
  record_.action = DecisionAction::kCallEnd;
  record_.end = &end;
  SetAdmitted(admitted);
}

void DecisionRecordBuilder::SetAdmitted(const Authorization& admitted) {
  record_.admitted_by = admitted.record_id.text();
  // A clock that was set back must not give a call a negative length.
  record_.ran_for = std::max(absl::ZeroDuration(), record_.time - admitted.decided_at);
}

}  // namespace certgate
