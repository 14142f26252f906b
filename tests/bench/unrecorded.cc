// Makes a guard that decides and records nothing, to measure what the decision alone costs: the
// product cannot be had so. The linker is told to put this in the place of what writes the record
// (`--wrap` in CMakeLists.txt); compare_servers.py sees to it that there are none.

#include <absl/status/status.h>

namespace certgate {

class AuditLog;
struct DecisionRecord;
class RecordId;

// A member function takes its object first: in the Itanium C++ ABI, which the compilers of all our
// platforms follow, the two are called alike.
absl::Status AppendNothing(AuditLog* log, const DecisionRecord& record, RecordId* counted_in) asm(
    "__wrap__ZN8certgate8AuditLog6AppendERKNS_14DecisionRecordEPNS_8RecordIdE");

absl::Status AppendNothing(AuditLog*, const DecisionRecord&, RecordId*) { return absl::OkStatus(); }

}  // namespace certgate
