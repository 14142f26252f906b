#ifndef CERTGATE_SRC_AUDIT_RECORD_FIELDS_H_
#define CERTGATE_SRC_AUDIT_RECORD_FIELDS_H_

#include <certgate/audit_record.h>

#include <array>
#include <cstddef>
#include <string_view>

namespace certgate {

/// A field whose text comes from outside, and the room that it may take: for a text what stands
/// between its quotes, for a list what stands between its brackets, escaped.
struct RecordField {
  /// The path of the field in the record, as `certgate.truncated` lists it.
  std::string_view name;
  std::size_t budget;

  /// The last part of the name.
  constexpr std::string_view key() const { return name.substr(name.rfind('.') + 1); }
};

/// The parts of the message that come from outside, and the words between them.
inline constexpr std::size_t kMessageCallerBudget = 384;
inline constexpr std::size_t kMessagePathBudget = 384;
inline constexpr std::size_t kMessageRuleBudget = 384;
inline constexpr std::size_t kMessageDetailBudget = 256;
inline constexpr std::size_t kMessageWordsBudget = 128;

/// A common name or organizational unit has at most `kMaxNameBytes` of UTF-8 without control
/// characters. The worst of them, characters of two or four bytes, grow threefold in `\uXXXX`
/// form. So a common name that was accepted is never cut.
inline constexpr std::size_t kNameBudget = 3 * kMaxNameBytes + 32;

inline constexpr RecordField kEventId{"event.id", 64};
/// The key of `tls.resumed`.
inline constexpr std::string_view kTlsResumed = "resumed";
inline constexpr RecordField kMessage{"message", kMessageCallerBudget + kMessagePathBudget +
                                                     kMessageRuleBudget + kMessageDetailBudget +
                                                     kMessageWordsBudget};
inline constexpr RecordField kRuleName{"rule.name", 512};
inline constexpr RecordField kRuleset{"rule.ruleset", 256};
inline constexpr RecordField kRuleVersion{"rule.version", 128};
inline constexpr RecordField kRpcMethod{"rpc.method", 1024};
inline constexpr RecordField kSourceAddress{"source.address", 640};
inline constexpr RecordField kSubject{"tls.client.subject", 1280};
inline constexpr RecordField kIssuer{"tls.client.issuer", 896};
inline constexpr RecordField kSha256{"tls.client.hash.sha256", 96};
inline constexpr RecordField kSerialNumber{"tls.client.x509.serial_number", 96};
inline constexpr RecordField kCommonNames{"tls.client.x509.subject.common_name", kNameBudget};
inline constexpr RecordField kUnits{"tls.client.x509.subject.organizational_unit", 1024};
inline constexpr RecordField kOrganizations{"tls.client.x509.subject.organization", kNameBudget};
inline constexpr RecordField kIssuerNames{"tls.client.x509.issuer.common_name", kNameBudget};
inline constexpr RecordField kAlternativeNames{"tls.client.x509.alternative_names", 1792};
inline constexpr RecordField kServiceName{"service.name", 256};
inline constexpr RecordField kServiceVersion{"service.version", 128};
inline constexpr RecordField kDetail{"certgate.detail", 384};
inline constexpr RecordField kAuthority{"certgate.authority", 256};
inline constexpr RecordField kRuleOwner{"certgate.rule.owner", 256};
inline constexpr RecordField kRuleReason{"certgate.rule.reason", 512};
inline constexpr RecordField kNearestRule{"certgate.nearest_rule", 512};

inline constexpr RecordField kAdmittedBy{"certgate.admitted_by", 32};

/// Under `authorize` and `revoke-call`.
inline constexpr std::array kDecisionFields = {
    kEventId,       kMessage,       kRuleName,    kRuleset,          kRuleVersion,  kRpcMethod,
    kSourceAddress, kSubject,       kIssuer,      kSha256,           kSerialNumber, kCommonNames,
    kUnits,         kOrganizations, kIssuerNames, kAlternativeNames, kServiceName,  kServiceVersion,
    kDetail,        kAuthority,     kRuleOwner,   kRuleReason,       kNearestRule,  kAdmittedBy};

inline constexpr RecordField kErrorMessage{"error.message", 2816};
inline constexpr RecordField kTrigger{"certgate.load.trigger", 64};
inline constexpr RecordField kPreviousVersion{"certgate.load.previous_version", 128};
inline constexpr RecordField kFiles{"certgate.load.files", 2048};
inline constexpr RecordField kGained{"certgate.load.gained", 2688};
inline constexpr RecordField kLost{"certgate.load.lost", 2688};
inline constexpr RecordField kRemarks{"certgate.load.remarks", 1280};

/// The most bytes of `WHO` and of `METHOD` in one item of `kGained` and `kLost`, and of a file's
/// name in `kFiles`, before they are escaped: no single item is to push out the others.
inline constexpr std::size_t kMostItemPartBytes = 384;

/// Under `policy-load`.
inline constexpr std::array kLoadFields = {
    kEventId,     kMessage,        kRuleset, kRuleVersion,     kErrorMessage,
    kServiceName, kServiceVersion, kTrigger, kPreviousVersion, kFiles,
    kGained,      kLost,           kRemarks};

/// Under `tls-handshake`.
inline constexpr std::array kHandshakeFields = {kEventId,      kMessage,     kSourceAddress,
                                                kErrorMessage, kServiceName, kServiceVersion};

inline constexpr RecordField kPlace{"certgate.trail.place", 1280};
inline constexpr RecordField kContinues{"certgate.trail.continues", 1280};
inline constexpr RecordField kTorn{"certgate.trail.torn", 2048};
inline constexpr RecordField kRemark{"certgate.trail.remark", 1280};
inline constexpr RecordField kKeyId{"certgate.trail.key_id", 96};

/// Under `audit-open`, `audit-close` and `audit-checkpoint`.
inline constexpr std::array kTrailFields = {
    kEventId, kMessage, kServiceName, kServiceVersion, kPlace, kContinues, kTorn, kRemark, kKeyId};

/// Under `audit-suppressed`.
inline constexpr std::array kSuppressedFields = {kEventId,       kMessage,     kRpcMethod,
                                                 kSourceAddress, kSubject,     kSha256,
                                                 kErrorMessage,  kServiceName, kServiceVersion};

/// The room for all else: keys, punctuation, numbers, times, the words of enumerations, the IP
/// address, the link in the chain, and `certgate.truncated` with the name of every field of the
/// kind. None of it depends on text from outside, so that its largest size is a constant; a test
/// measures it.
inline constexpr std::size_t kFrameBytes = 2304;

template <std::size_t kCount>
constexpr std::size_t TotalBudget(const std::array<RecordField, kCount>& fields) {
  std::size_t total = 0;
  for (const RecordField& field : fields) total += field.budget;
  return total;
}

// Why no record is longer than promised: no field outgrows its budget, and all of a kind together
// with the frame fit.
static_assert(TotalBudget(kDecisionFields) + kFrameBytes <= kMaxRecordBytes);
static_assert(TotalBudget(kLoadFields) + kFrameBytes <= kMaxRecordBytes);
static_assert(TotalBudget(kHandshakeFields) + kFrameBytes <= kMaxRecordBytes);
static_assert(TotalBudget(kTrailFields) + kFrameBytes <= kMaxRecordBytes);
static_assert(TotalBudget(kSuppressedFields) + kFrameBytes <= kMaxRecordBytes);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_RECORD_FIELDS_H_
