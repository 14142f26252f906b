#ifndef CERTGATE_SRC_AUTHORIZATION_DECISION_RECORD_H_
#define CERTGATE_SRC_AUTHORIZATION_DECISION_RECORD_H_

#include <absl/time/time.h>
#include <certgate/audit_record.h>
#include <certgate/authorizer.h>
#include <certgate/record_id.h>

#include "src/authorization/grounds.h"

namespace certgate {

/// The record of a decision about `call`, which rests on `grounds`; `certificate` is null if there
/// is none. All of them, and `id`, must outlive it.
DecisionRecord RecordOf(const CallFacts& call, const Grounds& grounds,
                        const KnownCertificate* certificate, absl::Time time, const RecordId& id);

/// Makes `record` one of a running call, which `admitted` let in, that is ended.
void SetRevoked(const Authorization& admitted, DecisionRecord& record);
/// The same for a call that is over. `end` must outlive the record.
void SetEnded(const Authorization& admitted, const CallEnd& end, DecisionRecord& record);

/// The record of a call that could not be decided.
DecisionRecord UndecidedRecord(const CallFacts& call, const Policy& policy, absl::Time time,
                               const RecordId& id) noexcept;

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_DECISION_RECORD_H_
