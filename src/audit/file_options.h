#ifndef CERTGATE_SRC_AUDIT_FILE_OPTIONS_H_
#define CERTGATE_SRC_AUDIT_FILE_OPTIONS_H_

#include <absl/status/status.h>
#include <certgate/audit_sink.h>

#include "src/audit/open_file.h"
#include "src/audit/retention.h"
#include "src/audit/rotated_names.h"

namespace certgate {

/// Errors: an option is out of range.
absl::Status CheckFileOptions(const AuditFileOptions& options);

/// Errors: the file or its directory does not let the options be kept to.
absl::Status CheckFileAllows(const AuditFileOptions& options, const OpenFile& file);

bool IsRotated(const AuditFileOptions& options);
Packing PackingFor(const AuditFileOptions& options);
Retention RetentionFor(const AuditFileOptions& options);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_FILE_OPTIONS_H_
