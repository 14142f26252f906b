#ifndef CERTGATE_SRC_ANALYSIS_RECORDED_CALL_H_
#define CERTGATE_SRC_ANALYSIS_RECORDED_CALL_H_

#include <absl/time/time.h>
#include <certgate/peer_identity.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace certgate {

/// A call as an audit record tells of it; docs/audit.md describes the record.
struct RecordedCall {
  /// As far as a policy asks for it, but for the authorities.
  PeerIdentity caller;
  /// The authorities that vouched, by the names that the policy in force gave them.
  std::vector<std::string> authorities;
  /// With its leading slash, if it had one.
  std::string path;
  absl::Time time;
  bool was_let_through = false;
  /// `event.reason`.
  std::string reason;
  /// The hash of the policy file that decided.
  std::string policy_version;
};

/// A line that cannot be asked of a policy again.
struct UnusableRecord {
  enum class Kind {
    kOtherAction,  // a record of something else than a decision
    kNoIdentity,   // the caller had no certificate, or none that was accepted
    kTruncated,    // a field that a policy asks for was too long for the record
    kBroken,       // no such record
  };

  Kind kind = Kind::kBroken;
  /// Under `kTruncated` the field, under `kBroken` what is wrong.
  std::string detail;
};

/// Reads a line of an audit file, without its line break. Never throws for what the line holds.
std::variant<RecordedCall, UnusableRecord> ReadRecordedCall(std::string_view line);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_RECORDED_CALL_H_
