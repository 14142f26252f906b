#ifndef CERTGATE_SRC_AUDIT_CLOSED_FILES_H_
#define CERTGATE_SRC_AUDIT_CLOSED_FILES_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <string>
#include <vector>

#include "src/audit/file_place.h"
#include "src/audit/rotated_names.h"

namespace certgate {

/// A closed part of a trail as it lies beside the audit file.
struct ClosedFile {
  RotatedName name;
  std::uint64_t bytes = 0;
  absl::Time changed;
  FileIdentity identity;
};

/// The regular files beside that of `place` that are named as closed parts of it, the oldest of
/// each tool's first. The audit file itself is not among them. Error: the directory cannot be read.
absl::StatusOr<std::vector<ClosedFile>> ListClosedFiles(const FilePlace& place);

/// The names of all that lies in the directory of `place`.
absl::StatusOr<std::vector<std::string>> ListNames(const FilePlace& place);

/// Opens the closed file `name` for reading; follows no symbolic link and waits for nothing.
absl::StatusOr<FileDescriptor> OpenClosedFile(const FilePlace& place, const std::string& name);

/// Removes what a crash left of unfinished work: a new file that did not get its place, packed
/// files that were not complete, and the name that `live`, the audit file, was to have as a closed
/// one. Only the process that has the lock may call this. What cannot be removed stays.
void RemoveLeftovers(const FilePlace& place, const FileIdentity& live);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_CLOSED_FILES_H_
