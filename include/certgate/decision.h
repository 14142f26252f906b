#ifndef CERTGATE_DECISION_H_
#define CERTGATE_DECISION_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace certgate {

/// Whether the call goes on. There is no third value, and the zero value refuses.
enum class Effect { kDeny = 0, kAllow = 1 };

/// Why. The names are those of the audit record's `event.reason`; see `ToString`.
enum class Reason {
  kInternalError = 0,
  kAllowed,
  kWouldDeny,
  kNoMatchingRule,
  kMethodNotListed,
  kDeniedByRule,
  kMalformedMethod,
  kNoCertificate,
  kIdentityRejected,
  kCertificateExpired,
  kCertificateNotYetValid,
  kCertificateRevoked,
  kRevocationUnknown,
  kIssuerUnproven,
  kAuditUnavailable,
};

/// How a method's policy is applied. `kObserve` lets a call through that the policy denies, and
/// records `would_deny`.
enum class Mode { kEnforce = 0, kObserve = 1 };

/// The identity fields of a policy entry.
enum class Field {
  kNone = 0,
  kCn,
  kOu,
  kO,
  kDns,
  kUri,
  kEmail,
  kIssuer,
  kSerial,
  kSha256,
  kClient,
  kAny
};

/// The names as they stand in policies and records: `no_matching_rule`, `observe`, `cn`.
/// The result refers to static storage. `Field::kNone` is the empty string. Thread-safe.
std::string_view ToString(Effect effect) noexcept;
std::string_view ToString(Reason reason) noexcept;
std::string_view ToString(Mode mode) noexcept;
std::string_view ToString(Field field) noexcept;

/// Names one `allow`, `deny` or `revoked` entry of one `Policy`; `Policy::Describe` tells about it.
using RuleIndex = std::uint32_t;

/// The policy's answer for one caller and one method. A plain value: the indexes in it mean
/// something only to the `Policy` that made it.
struct Decision {
  Effect effect = Effect::kDeny;
  Reason reason = Reason::kInternalError;
  Mode mode = Mode::kEnforce;
  /// Under `would_deny`, the reason of the refusal that `enforce` would have made.
  Reason observed = Reason::kInternalError;
  /// The entry that decided: the allow entry of an allowed call, the deny entry of a denied one,
  /// the `revoked` entry under `certificate_revoked`. Of several that match it is the first one
  /// under the most specific method key. Absent where no entry matched.
  std::optional<RuleIndex> rule;
  /// Under `no_matching_rule`, the allow entry that came nearest, if there is one, and the first
  /// of its fields that did not hold; `Field::kNone` when all of them hold but it has expired.
  std::optional<RuleIndex> nearest;
  Field nearest_failed = Field::kNone;

  friend bool operator==(const Decision&, const Decision&) = default;
};

}  // namespace certgate

#endif  // CERTGATE_DECISION_H_
