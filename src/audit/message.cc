#include "src/audit/message.h"

#include <absl/time/time.h>

#include <algorithm>
#include <cstdint>

#include "src/audit/record_fields.h"
#include "src/audit/rpc_words.h"
#include "src/audit/sentence.h"

namespace certgate {
namespace {

// "12.3 s"; below a second "4.5 ms", and from a minute on "1h2m3s".
std::string Length(absl::Duration duration) {
  duration = std::max(duration, absl::ZeroDuration());
  if (duration >= absl::Minutes(1)) {
    return absl::FormatDuration(absl::Trunc(duration, absl::Seconds(1)));
  }
  const bool is_short = duration < absl::Seconds(1);
  const absl::Duration tenth = is_short ? absl::Microseconds(100) : absl::Milliseconds(100);
  const std::int64_t tenths = duration / tenth;
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) +
         (is_short ? " ms" : " s");
}

class DecisionSentence {
 public:
  DecisionSentence(const DecisionRecord& record, std::string& out) : record_(record), out_(out) {}

  bool Write() {
    Foreign(CallerName(record_), kMessageCallerBudget);
    Words(Verb());
    Foreign(record_.path.empty() ? "a call without a path" : record_.path, kMessagePathBudget);
    if (record_.end != nullptr) {
      Words(" after " + Length(record_.ran_for) + ": ");
      Words(GrpcStatusName(record_.end->status_code));
      const std::uint64_t received = record_.end->received_messages;
      Words(", " + std::to_string(received) + (received == 1 ? " message in, " : " messages in, ") +
            std::to_string(record_.end->sent_messages) + " out");
    } else if (IsRevocation()) {
      Words(" after " + Length(record_.ran_for) + ": ");
      Refusal(record_.reason);
    } else if (record_.reason == Reason::kWouldDeny) {
      Words(" under observe: would be denied, ");
      Refusal(record_.observed);
    } else if (record_.effect == Effect::kAllow) {
      Rule(" by rule ", record_.rule_name);
    } else {
      Words(": ");
      Refusal(record_.reason);
    }
    return out_.is_whole();
  }

 private:
  bool IsRevocation() const { return record_.action == DecisionAction::kRevokeCall; }

  std::string_view Verb() const {
    if (IsRevocation()) return " lost ";
    if (record_.end != nullptr) return " ended ";
    if (record_.effect != Effect::kAllow) return " denied ";
    return record_.reason == Reason::kWouldDeny ? " let through " : " allowed ";
  }

  void Words(std::string_view words) { out_.Words(words); }

  void Foreign(std::string_view text, std::size_t budget) { out_.Foreign(text, budget); }

  void Rule(std::string_view words, std::string_view name) {
    if (name.empty()) return;
    Words(words);
    Foreign(name, kMessageRuleBudget);
  }

  void NoMatchingRule() {
    if (record_.nearest_rule.empty()) return Words("no rule for this method matches the caller");
    Rule("nearest rule ", record_.nearest_rule);
    if (record_.nearest_failed == Field::kNone) return Words(" has expired");
    Words(", ");
    Words(ToString(record_.nearest_failed));
    Words(" did not match");
  }

  void Refusal(Reason reason) {
    switch (reason) {
      case Reason::kNoMatchingRule:
        NoMatchingRule();
        break;
      case Reason::kDeniedByRule:
        Words("a deny rule matches the caller");
        Rule(", rule ", record_.rule_name);
        break;
      case Reason::kCertificateRevoked:
        Words(Explanation(reason));
        Rule(", rule ", record_.rule_name);
        break;
      default:
        Words(Explanation(reason));
    }
    if (record_.detail.empty()) return;
    Words(" (");
    Foreign(record_.detail, kMessageDetailBudget);
    Words(")");
  }

  static std::string_view Explanation(Reason reason) {
    switch (reason) {
      case Reason::kMethodNotListed:
        return "the policy does not list this method";
      case Reason::kMalformedMethod:
        return "the path is not of the form /service/method";
      case Reason::kNoCertificate:
        return "no verified client certificate";
      case Reason::kIdentityRejected:
        return "the certificate is not accepted as an identity";
      case Reason::kCertificateExpired:
        return "the certificate has expired";
      case Reason::kCertificateNotYetValid:
        return "the certificate is not yet valid";
      case Reason::kCertificateRevoked:
        return "the certificate is revoked";
      case Reason::kRevocationUnknown:
        return "nothing says that the certificate is not revoked";
      case Reason::kIssuerUnproven:
        return "no authority of the policy vouches for the certificate";
      case Reason::kAuditUnavailable:
        return "the decision could not be recorded";
      default:
        return "internal error";
    }
  }

  const DecisionRecord& record_;
  Sentence out_;
};

std::string_view IdentityName(const PeerIdentity& caller) {
  if (caller.common_name && !caller.common_name->empty()) return *caller.common_name;
  if (!caller.spiffe_id.empty()) return caller.spiffe_id;
  return caller.dns_names.empty() ? std::string_view() : caller.dns_names.front();
}

std::string_view CertificateName(const CertificateSummary& certificate) {
  return certificate.subject.empty() ? certificate.sha256 : certificate.subject;
}

}  // namespace

std::string_view CallerName(const DecisionRecord& record) {
  std::string_view name;
  if (record.caller != nullptr) name = IdentityName(*record.caller);
  if (name.empty() && record.certificate != nullptr) name = CertificateName(*record.certificate);
  if (name.empty() && record.caller != nullptr) name = CertificateName(record.caller->certificate);
  return name.empty() ? "caller without a certificate" : name;
}

bool AppendMessage(const DecisionRecord& record, std::string& out) {
  return DecisionSentence(record, out).Write();
}

}  // namespace certgate
