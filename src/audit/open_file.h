#ifndef CERTGATE_SRC_AUDIT_OPEN_FILE_H_
#define CERTGATE_SRC_AUDIT_OPEN_FILE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "src/audit/file_descriptor.h"
#include "src/audit/file_place.h"

namespace certgate {

/// An audit file that this process alone writes to.
struct OpenFile {
  FileDescriptor file;
  std::shared_ptr<const FilePlace> place;
  FileIdentity identity;
  /// Else it is a character device, which is not locked and has no place worth knowing.
  bool is_regular = false;
};

/// Opens `path` for appending, makes it with mode 0600 if it is not there, and locks it with
/// flock(2) for the life of the descriptor. The lock is this process's alone, and is held on the
/// file that `path` names when this returns. Errors, which name the file and the next step: it
/// cannot be opened; it is no regular file and no character device; another process has the lock;
/// it cannot be locked.
absl::StatusOr<OpenFile> OpenForAppending(const std::string& path);

/// An error about the audit file `path`: "cannot open audit file `path`: why".
absl::Status CannotOpen(const std::string& path, absl::StatusCode code, const std::string& why);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_OPEN_FILE_H_
