#ifndef CERTGATE_SRC_AUTHORIZATION_DECISION_RECORD_H_
#define CERTGATE_SRC_AUTHORIZATION_DECISION_RECORD_H_

#include <certgate/audit_record.h>
#include <certgate/authorizer.h>
#include <certgate/decision.h>
#include <certgate/policy.h>

#include <string_view>

namespace certgate {

/// The record of one decision, put together. The texts of rules live in here, and the record points
/// at them: it goes nowhere else.
class DecisionRecordBuilder {
 public:
  DecisionRecordBuilder(const CallFacts& call, const Policy& policy, absl::Time time,
                        const RecordId& id);
  DecisionRecordBuilder(const DecisionRecordBuilder&) = delete;
  DecisionRecordBuilder& operator=(const DecisionRecordBuilder&) = delete;

  /// What was read of the certificate, accepted as an identity or not.
  /// `encoded` is what `EncodeCertificate` made of it.
  void SetReading(const IdentityReading& reading, std::string_view encoded);
  void SetCaller(const PeerIdentity& caller);
  void SetDecision(const Decision& decision);
  /// Makes it the record of a running call that is ended.
  void SetRevoked(const Authorization& admitted);
  /// Makes it the record of a call that is over; `end` must outlive the record.
  void SetEnded(const Authorization& admitted, const CallEnd& end);

  const DecisionRecord& record() const { return record_; }

 private:
  void SetAdmitted(const Authorization& admitted);

  const Policy& policy_;
  DecisionRecord record_;
  RuleDescription rule_;
  RuleDescription nearest_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_DECISION_RECORD_H_
