#include "src/audit/decision_encoder.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "src/audit/certificate_encoder.h"
#include "src/audit/json_writer.h"
#include "src/audit/record_fields.h"
#include "src/audit/rpc_words.h"

namespace certgate {
namespace {

class DecisionEncoder {
 public:
  DecisionEncoder(const DecisionRecord& record, UnnumberedRecord& encoded)
      : record_(record), frame_(encoded), json_(frame_.json()) {}

  EncodedDecision Encode(const RecordedService& service) {
    EncodedDecision encoded;
    frame_.Begin(Event());
    encoded.places.time = frame_.time_place();
    encoded.places.id = frame_.id_place();
    frame_.Message(record_);
    Rule();
    Rpc();
    encoded.places.source = frame_.Placed([this] { frame_.Source(record_.peer.uri); });
    encoded.places.resumed = Tls();
    frame_.Service(service);
    frame_.Finish([this] { Certgate(); });
    encoded.is_whole = !frame_.has_truncated();
    return encoded;
  }

 private:
  EventFields Event() const {
    switch (record_.action) {
      case DecisionAction::kAuthorize:
        return Authorization();
      case DecisionAction::kCallEnd:
        return End();
      case DecisionAction::kRevokeCall:
        break;
    }
    return Revocation();
  }

  EventFields Authorization() const {
    const bool is_allowed = record_.effect == Effect::kAllow;
    return {.time = record_.time,
            .kind = is_allowed ? RecordKind::kAllowed : RecordKind::kDenied,
            .category = "network",
            .types = {"access", is_allowed ? "allowed" : "denied"},
            .action = "authorize",
            .is_success = is_allowed,
            .reason = ToString(record_.reason),
            .id = record_.id};
  }

  // `end` and `denied` are what ECS has, under `network`, for what was going on and may not go on.
  // Whatever the record's effect says, a call that is ended is not allowed.
  EventFields Revocation() const {
    return {.time = record_.time,
            .kind = RecordKind::kRevoked,
            .category = "network",
            .types = {"end", "denied"},
            .action = "revoke-call",
            .is_success = false,
            .reason = ToString(record_.reason),
            .id = record_.id,
            .duration = record_.ran_for};
  }

  EventFields End() const {
    return {.time = record_.time,
            .kind = RecordKind::kCallEnd,
            .category = "network",
            .types = {"connection", "end"},
            .action = "call-end",
            .is_success = record_.end != nullptr && record_.end->status_code == 0,
            .reason = {},
            .id = record_.id,
            .duration = record_.ran_for};
  }

  void Rule() {
    json_.Open("rule");
    frame_.Text(kRuleName, record_.rule_name);
    frame_.Text(kRuleset, record_.policy_name);
    frame_.Text(kRuleVersion, record_.policy_version);
    json_.Close();
  }

  void Rpc() {
    json_.Open("rpc");
    frame_.Word("system", "grpc");
    frame_.Text(kRpcMethod, RecordedMethod(record_.path));
    if (record_.end != nullptr) {
      json_.Open("grpc");
      json_.Number("status_code", StatusCode(*record_.end));
      json_.Close();
    }
    json_.Close();
  }

  // As its name has it: what is no code of gRPC's is UNKNOWN, 2.
  static std::uint64_t StatusCode(const CallEnd& end) {
    constexpr std::uint64_t kUnknown = 2;
    if (GrpcStatusName(end.status_code) == GrpcStatusName(kUnknown)) return kUnknown;
    return static_cast<std::uint64_t>(end.status_code);
  }

  // Returns the place of `resumed`.
  RecordFrame::Place Tls() {
    json_.Open("tls");
    json_.Open("client");
    if (!record_.encoded_certificate.empty()) {
      json_.Members(record_.encoded_certificate);
    } else if (const CertificateSummary* certificate = Certificate()) {
      WriteCertificate(*certificate, record_.caller, frame_);
    }
    json_.Close();
    const RecordFrame::Place resumed =
        frame_.Placed([this] { json_.Boolean(kTlsResumed, record_.tls_resumed); });
    json_.Close();
    return resumed;
  }

  const CertificateSummary* Certificate() const {
    if (record_.certificate != nullptr) return record_.certificate;
    return record_.caller != nullptr ? &record_.caller->certificate : nullptr;
  }

  void Certgate() {
    const bool would_deny = record_.reason == Reason::kWouldDeny;
    frame_.Word("mode", ToString(record_.mode));
    Authorities();
    frame_.Text(kDetail, record_.detail);
    json_.Open("rule");
    frame_.Text(kRuleOwner, record_.rule_owner);
    frame_.Text(kRuleReason, record_.rule_reason);
    json_.Close();
    if (would_deny) frame_.Word("observed_reason", ToString(record_.observed));
    if ((would_deny ? record_.observed : record_.reason) == Reason::kNoMatchingRule) Nearest();
    if (record_.action != DecisionAction::kAuthorize) frame_.Text(kAdmittedBy, record_.admitted_by);
    if (record_.end != nullptr) Call(*record_.end);
  }

  void Call(const CallEnd& end) {
    const auto traffic = [this](std::string_view key, std::uint64_t messages, std::uint64_t bytes) {
      json_.Open(key);
      json_.Number("messages", messages);
      json_.Number("bytes", bytes);
      json_.Close();
    };
    json_.Open("call");
    frame_.Word("status", GrpcStatusName(end.status_code));
    traffic("received", end.received_messages, end.received_bytes);
    traffic("sent", end.sent_messages, end.sent_bytes);
    json_.Close();
  }

  // Who vouched at the time of the call: one name, or the list of several.
  void Authorities() {
    if (record_.caller == nullptr) return;
    const std::vector<VouchingAuthority>& all = record_.caller->authorities;
    const auto vouches = [this](const VouchingAuthority& one) {
      return IsVouching(one, record_.time);
    };
    const auto first = std::find_if(all.begin(), all.end(), vouches);
    if (first == all.end()) return;
    if (std::find_if(first + 1, all.end(), vouches) == all.end()) {
      return frame_.Text(kAuthority, first->name);
    }
    json_.OpenList(kAuthority.key(), kAuthority.budget);
    const bool is_whole = std::all_of(first, all.end(), [&](const VouchingAuthority& one) {
      return !vouches(one) || json_.Add("", one.name);
    });
    if (!is_whole) frame_.AddTruncated(kAuthority);
    json_.CloseList();
  }

  void Nearest() {
    if (record_.nearest_rule.empty()) return;
    frame_.Text(kNearestRule, record_.nearest_rule);
    // All identity fields held: what failed was the entry's `expires`.
    const bool expired = record_.nearest_failed == Field::kNone;
    frame_.Word("nearest_failed", expired ? "expires" : ToString(record_.nearest_failed));
  }

  const DecisionRecord& record_;
  RecordFrame frame_;
  JsonWriter& json_;
};

}  // namespace

EncodedDecision EncodeDecision(const DecisionRecord& record, const RecordedService& service,
                               UnnumberedRecord& out) {
  return DecisionEncoder(record, out).Encode(service);
}

UnnumberedRecord EncodeUnnumbered(const DecisionRecord& record, const RecordedService& service) {
  UnnumberedRecord encoded;
  EncodeDecision(record, service, encoded);
  return encoded;
}

}  // namespace certgate
