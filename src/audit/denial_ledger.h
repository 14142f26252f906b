#ifndef CERTGATE_SRC_AUDIT_DENIAL_LEDGER_H_
#define CERTGATE_SRC_AUDIT_DENIAL_LEDGER_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "src/audit/denial_count.h"
#include "src/audit/file_descriptor.h"

namespace certgate {

/// Keeps the counts of denials where a kill of the process does not reach them: in a file of slots,
/// made in full when it is opened, so that a disk that fills up later does not matter. A power cut
/// may undo the last seconds. Written with pwrite(2), never mapped: a failure is an error, not a
/// signal. Thread-safe for different slots.
class DenialLedger {
 public:
  static constexpr std::size_t kSlots = 256;

  /// Opens or makes the file `path`, mode 0600, and locks it for the life of the object. Errors,
  /// which name the file and the next step: it cannot be opened, made in full or locked; it is no
  /// regular file; it holds something else.
  static absl::StatusOr<std::unique_ptr<DenialLedger>> Open(const std::string& path);

  /// What an earlier process left, by slot; a count of 0 in those that are free.
  struct Left {
    std::vector<DenialCount> counts;
    /// Slots that are neither free nor whole.
    std::size_t damaged = 0;
  };
  absl::StatusOr<Left> Read() const;

  /// On an error it is not known what the slot holds.
  absl::Status Write(std::size_t slot, const DenialCount& count);
  /// The same where only the head has changed.
  absl::Status WriteHead(std::size_t slot, const DenialCount& count);

  const std::string& path() const { return path_; }

 private:
  DenialLedger(std::string path, FileDescriptor file)
      : path_(std::move(path)), file_(std::move(file)) {}
  absl::Status WriteAt(std::size_t slot, const DenialCount& count, std::size_t bytes);

  const std::string path_;
  const FileDescriptor file_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_DENIAL_LEDGER_H_
