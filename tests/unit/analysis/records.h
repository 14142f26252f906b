#ifndef CERTGATE_TESTS_UNIT_ANALYSIS_RECORDS_H_
#define CERTGATE_TESTS_UNIT_ANALYSIS_RECORDS_H_

#include <absl/time/time.h>
#include <certgate/audit_record.h>
#include <certgate/peer_identity.h>
#include <certgate/policy.h>

#include <string>

namespace certgate::testing {

/// 2027-01-15 08:00:00 UTC.
inline constexpr absl::Time kCallTime = absl::FromUnixSeconds(1'800'000'000);

/// A caller with a certificate that is valid at `kCallTime`.
inline PeerIdentity Certified(const std::string& cn) {
  PeerIdentity caller;
  caller.standing = ChainStanding::kProven;
  if (!cn.empty()) caller.common_name = cn;
  caller.certificate.serial_number = "A1B2C";
  caller.certificate.sha256 = std::string(64, 'a');
  caller.certificate.not_before = kCallTime - absl::Hours(1);
  caller.certificate.not_after = kCallTime + absl::Hours(1);
  return caller;
}

/// The line, without its line break, that a server writes when `policy` has decided a call.
inline std::string RecordOf(const Policy& policy, const PeerIdentity& caller,
                            const std::string& path, absl::Time now = kCallTime) {
  const Decision decision = policy.Decide(caller, path, now);
  DecisionRecord record;
  record.time = now;
  record.id = "01JDC7V9Z8W2M4T6R8Q0N2P4K6";
  record.effect = decision.effect;
  record.reason = decision.reason;
  record.mode = decision.mode;
  record.observed = decision.observed;
  record.policy_name = policy.name();
  record.policy_version = policy.version();
  record.path = path;
  record.caller = &caller;
  record.certificate = &caller.certificate;
  std::string line = EncodeRecord(record, 1, "server", "1.0");
  line.pop_back();
  return line;
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_ANALYSIS_RECORDS_H_
