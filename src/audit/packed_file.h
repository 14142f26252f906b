#ifndef CERTGATE_SRC_AUDIT_PACKED_FILE_H_
#define CERTGATE_SRC_AUDIT_PACKED_FILE_H_

#include <absl/status/status.h>

#include <functional>
#include <string>

#include "src/audit/file_place.h"
#include "src/audit/rotated_names.h"

namespace certgate {

/// Puts a packed file, `name` and the suffix, in the place of the closed file `name`; mode, owner
/// and times stay. If there is such a packed file already, as after a crash, it is taken.
///
/// The closed file goes only after the packed one was synced and found to unpack to the same bytes;
/// at each moment one of them is there, whole. Errors, which change nothing: a file cannot be read
/// or written; a packed file of that name holds something else (FailedPrecondition); Cancelled as
/// soon as `is_stopped`.
absl::Status ReplaceByPacked(const FilePlace& place, const std::string& name, Packing packing,
                             const std::function<bool()>& is_stopped);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_PACKED_FILE_H_
