#ifndef CERTGATE_SRC_AUDIT_PREPARED_RECORD_H_
#define CERTGATE_SRC_AUDIT_PREPARED_RECORD_H_

#include <certgate/audit_record.h>

#include <memory>

#include "src/audit/decision_encoder.h"
#include "src/audit/record_encoder.h"

namespace certgate {

/// The record of a decision about a call, encoded but for what differs between the calls of one
/// caller to one method: to encode it anew for each call is most of what a decision costs outside
/// the kernel. Immutable.
class PreparedRecord {
 public:
  /// Null where a field of `record`, which is of the action `authorize`, is cut: then the list of
  /// those depends on all. Throws std::bad_alloc.
  static std::shared_ptr<const PreparedRecord> Of(const DecisionRecord& record,
                                                  const RecordedService& service);

  /// Encodes `record`, which differs from the one given to `Of` in `time`, `id`, `peer` and
  /// `tls_resumed` alone, into `out`: byte for byte what `EncodeDecision` makes of it. False if
  /// this cannot be done for these values; `out` is not to be used then. Throws std::bad_alloc.
  bool Encode(const DecisionRecord& record, UnnumberedRecord& out) const;

 private:
  PreparedRecord(UnnumberedRecord whole, const DecisionPlaces& places);

  const UnnumberedRecord whole_;
  const DecisionPlaces places_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_PREPARED_RECORD_H_
