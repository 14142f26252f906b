#ifndef CERTGATE_TESTS_SCHEMA_HOSTILE_RECORDS_H_
#define CERTGATE_TESTS_SCHEMA_HOSTILE_RECORDS_H_

#include <absl/time/clock.h>
#include <certgate/audit_record.h>

#include <array>
#include <string>
#include <vector>

#include "tests/unit/audit/random_texts.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate::testing {

inline constexpr char kHash[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
inline const std::string kVersion = std::string("sha256:") + kHash;

inline constexpr std::array kDenials = {
    Reason::kInternalError,      Reason::kNoMatchingRule,     Reason::kMethodNotListed,
    Reason::kDeniedByRule,       Reason::kMalformedMethod,    Reason::kNoCertificate,
    Reason::kIdentityRejected,   Reason::kCertificateExpired, Reason::kCertificateNotYetValid,
    Reason::kCertificateRevoked, Reason::kRevocationUnknown,  Reason::kIssuerUnproven};

/// Signs everything alike.
class FixedSigner final : public ChainSigner {
 public:
  std::string Sign(const ChainHash&) const override { return std::string(86, 'A') + "=="; }
};

/// Records of all kinds, as lines. What certgate itself puts into a record is as it always is; the
/// texts of others are hostile.
class HostileRecords {
 public:
  std::string Decision() {
    PeerIdentity caller = random_.Caller();
    caller.certificate.serial_number = "0A1B";
    caller.certificate.sha256 = kHash;
    caller.emails = random_.Texts();
    caller.ip_addresses = random_.Texts();
    const std::vector<std::string> texts = Texts();
    DecisionRecord record = DeniedRecord(caller);
    record.policy_version = kVersion;
    record.policy_name = texts[7];
    record.action = static_cast<DecisionAction>(random_.Below(3));
    const CallEnd end = {static_cast<int>(random_.Below(20)), random_.Below(1000),
                         random_.Below(1000), random_.Below(1000), random_.Below(1000)};
    if (record.action == DecisionAction::kCallEnd) record.end = &end;
    SetOutcome(record);
    record.admitted_by = "01JDC7V9Z8W2M4T6R8Q0N2P4K6";
    if (random_.Below(3) == 0) record.caller = nullptr;
    if (random_.Below(3) == 0) record.certificate = nullptr;
    record.nearest_failed = static_cast<Field>(random_.Below(12));
    record.detail = texts[0];
    record.rule_name = texts[1];
    record.rule_owner = texts[2];
    record.rule_reason = texts[3];
    record.nearest_rule = texts[4];
    record.path = texts[5];
    record.peer.uri = texts[6];
    return EncodedLine(record, 1 + random_.Below(1000), "greeter-server", "0.1.0", Signer());
  }

  std::string Load() {
    const std::vector<std::string> texts = Texts();
    PolicyLoadRecord load = random_.Below(2) == 0 ? LoadedRecord() : RefusedLoadRecord();
    load.policy_name = texts[1];
    load.policy_version = load.previous_version = kVersion;
    load.remarks = random_.Texts();
    load.gained.assign(random_.Below(30), {texts[3], texts[4]});
    load.lost.assign(random_.Below(30), {texts[4], texts[3]});
    load.changed_files.assign(random_.Below(30), {texts[5], random_.Below(2) == 0 ? "" : kHash});
    return EncodedLine(load, 1 + random_.Below(1000), "greeter-server", "0.1.0");
  }

  std::string Handshake() {
    const std::vector<std::string> texts = Texts();
    HandshakeRecord handshake = FailedHandshakeRecord();
    const std::string cause = "x" + texts[0];
    handshake.cause = cause;
    handshake.peer.uri = texts[1];
    return EncodedLine(handshake, 1 + random_.Below(1000), "greeter-server", "0.1.0");
  }

  std::string Trail() {
    const std::vector<std::string> texts = Texts();
    TrailRecord trail;
    trail.time = absl::Now();
    trail.id = "01JDC7V9Z0A2C4E6G8J0M2P4R6";
    trail.action = static_cast<TrailRecord::Action>(random_.Below(3));
    const std::string place = "x" + texts[0];
    trail.place = place;
    if (trail.action == TrailRecord::Action::kOpen) {
      constexpr std::array kReasons = {"start", "rotate", "reopen", "vanished"};
      constexpr std::array kDurabilities = {"write", "fsync", "async"};
      trail.reason = kReasons[random_.Below(4)];
      trail.durability = kDurabilities[random_.Below(3)];
      trail.process = 1 + random_.Below(1000);
      trail.continues = texts[1];
      trail.torn = texts[2];
      trail.torn_bytes = texts[2].size();
      trail.remark = texts[3];
    } else {
      trail.reason = trail.action == TrailRecord::Action::kClose ? "stop" : "";
      trail.records = 1 + random_.Below(1000);
    }
    return EncodedLine(trail, 1 + random_.Below(1000), "greeter-server", "0.1.0", Signer());
  }

  std::string Suppressed() {
    const std::vector<std::string> texts = Texts();
    SuppressedRecord record = FloodRecord();
    record.cause = static_cast<SuppressedRecord::Cause>(random_.Below(3));
    record.path = texts[0];
    record.peer_uri = texts[1];
    record.subject = texts[2];
    record.common_name = texts[3];
    record.certificate_sha256 = random_.Below(2) == 0 ? "" : kHash;
    if (record.certificate_sha256.empty()) record.subject = record.common_name = {};
    if (random_.Below(2) == 0) record.decision_reason = {};
    if (record.cause == SuppressedRecord::Cause::kUnwritable) record.error = texts[4];
    if (record.cause != SuppressedRecord::Cause::kFlood) record.decision_reason = {};
    return EncodedLine(record, 1 + random_.Below(1000), "greeter-server", "0.1.0");
  }

 private:
  std::vector<std::string> Texts() {
    std::vector<std::string> texts(8);
    for (std::string& text : texts) text = random_.Text();
    return texts;
  }

  const ChainSigner* Signer() { return random_.Below(2) == 0 ? &signer_ : nullptr; }

  void SetOutcome(DecisionRecord& record) {
    record.reason = kDenials[random_.Below(kDenials.size())];
    if (record.action == DecisionAction::kRevokeCall || random_.Below(2) == 0) return;
    record.effect = Effect::kAllow;
    record.reason = Reason::kAllowed;
    if (random_.Below(2) == 0) return;
    record.mode = Mode::kObserve;
    record.reason = Reason::kWouldDeny;
    record.observed = kDenials[random_.Below(kDenials.size())];
  }

  RandomTexts random_{20261126};
  const FixedSigner signer_;
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SCHEMA_HOSTILE_RECORDS_H_
