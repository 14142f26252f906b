#ifndef CERTGATE_SRC_AUDIT_TRAIL_OPENING_H_
#define CERTGATE_SRC_AUDIT_TRAIL_OPENING_H_

#include <certgate/audit_sink.h>

#include <string>
#include <string_view>

#include "src/audit/open_file.h"
#include "src/audit/trail_end.h"

namespace certgate {

/// Where the trail of `file`, which ends so, stood: its last record, or, if it has no line, that of
/// the closed file before it. `path` is how records name the file. Changes nothing.
AuditSink::Opening FindOpening(const OpenFile& file, const TrailEnd& end, const std::string& path);

/// Cuts the torn line off the end of `file`, tells in `opening` what it was, and moves the
/// descriptor to the end. False if half a line is left there.
bool CutTornLine(const OpenFile& file, const TrailEnd& end, AuditSink::Opening& opening);

/// Adds a remark to those that `opening` has.
void AddRemark(std::string_view remark, AuditSink::Opening& opening);

/// The name that `file`, which this process has open, has now, seen from `place`; empty if it has
/// none any more or it is not known.
std::string NameNow(const OpenFile& file, const FilePlace& place);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_TRAIL_OPENING_H_
