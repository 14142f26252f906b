#ifndef CERTGATE_SRC_AUDIT_RECORD_ENCODER_H_
#define CERTGATE_SRC_AUDIT_RECORD_ENCODER_H_

#include <certgate/audit_record.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace certgate {

/// A line that lacks only its sequence number. The number is known under the log's lock alone;
/// all the rest is encoded before the lock is taken.
struct UnnumberedRecord {
  std::string line;
  /// Where the number goes.
  std::size_t sequence_at = 0;
};

/// The parts of `EncodeRecord`: first everything but the number, then the number.
UnnumberedRecord EncodeUnnumbered(const DecisionRecord& record, std::string_view service_name,
                                  std::string_view service_version);
UnnumberedRecord EncodeUnnumbered(const PolicyLoadRecord& record, std::string_view service_name,
                                  std::string_view service_version);
UnnumberedRecord EncodeUnnumbered(const HandshakeRecord& record, std::string_view service_name,
                                  std::string_view service_version);
std::string Number(UnnumberedRecord record, std::uint64_t sequence);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_RECORD_ENCODER_H_
