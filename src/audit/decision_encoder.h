#ifndef CERTGATE_SRC_AUDIT_DECISION_ENCODER_H_
#define CERTGATE_SRC_AUDIT_DECISION_ENCODER_H_

#include <certgate/audit_record.h>

#include "src/audit/record_encoder.h"
#include "src/audit/record_frame.h"

namespace certgate {

/// Where those members of a line stand that differ between the calls of one caller to one method.
struct DecisionPlaces {
  RecordFrame::Place time;
  RecordFrame::Place id;
  RecordFrame::Place source;
  RecordFrame::Place resumed;
};

/// What is known of a line beside its text.
struct EncodedDecision {
  DecisionPlaces places;
  /// Whether no field was cut.
  bool is_whole = false;
};

/// Encodes `record` into `out`, whose line must be empty. Throws std::bad_alloc.
EncodedDecision EncodeDecision(const DecisionRecord& record, const RecordedService& service,
                               UnnumberedRecord& out);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_DECISION_ENCODER_H_
