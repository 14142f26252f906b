#ifndef CERTGATE_SRC_AUDIT_RECORD_ENCODER_H_
#define CERTGATE_SRC_AUDIT_RECORD_ENCODER_H_

#include <absl/time/time.h>
#include <certgate/audit_record.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "src/audit/own_records.h"

namespace certgate {

/// What stands in every record as `service.name` and `service.version`.
struct RecordedService {
  std::string name;
  std::string version;
};

/// A line that lacks what only its trail knows: its number and its link in the chain. All the rest
/// is encoded before it is its turn to be written.
struct UnnumberedRecord {
  /// Up to the last member of `certgate`, which is the last of the record.
  std::string line;
  /// Where `event.sequence` goes.
  std::size_t sequence_at = 0;
  RecordKind kind = RecordKind::kTrail;
  absl::Time time;
};

UnnumberedRecord EncodeUnnumbered(const DecisionRecord& record, const RecordedService& service);
UnnumberedRecord EncodeUnnumbered(const PolicyLoadRecord& record, const RecordedService& service);
UnnumberedRecord EncodeUnnumbered(const HandshakeRecord& record, const RecordedService& service);
UnnumberedRecord EncodeUnnumbered(const SuppressedRecord& record, const RecordedService& service);
UnnumberedRecord EncodeUnnumbered(const TrailRecord& record, const RecordedService& service);

/// Appends `record` to `out` as the record `sequence`, but for its link in the chain; see
/// `EndRecord`.
void AppendNumbered(const UnnumberedRecord& record, std::uint64_t sequence, std::string& out);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_RECORD_ENCODER_H_
