#ifndef CERTGATE_SRC_AUDIT_ROTATION_H_
#define CERTGATE_SRC_AUDIT_ROTATION_H_

#include <absl/status/statusor.h>

#include <string>

#include "src/audit/file_descriptor.h"
#include "src/audit/open_file.h"

namespace certgate {

/// Gives the audit file `current` the name `closed`, and its own name to a new, empty file with the
/// same mode and group, which is locked before anybody can find it. Returns the new file, open for
/// appending.
///
/// At each moment, also if the process is killed between two steps, the audit file's name leads to
/// a file that this process has locked: first to the old one, then to the new one. What a kill
/// leaves behind `RemoveLeftovers` removes. Errors, after which all is as it was: the new file
/// cannot be made, a file named `closed` is there already (AlreadyExists), the audit file's name
/// leads to another file, the file system has no hard links.
absl::StatusOr<OpenFile> Rotate(const OpenFile& current, const std::string& closed);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_ROTATION_H_
