#ifndef CERTGATE_SRC_AUDIT_FILE_STATE_H_
#define CERTGATE_SRC_AUDIT_FILE_STATE_H_

#include <cstdint>
#include <optional>

namespace certgate {

/// What a writer has to know of its file from time to time.
struct FileState {
  /// How many names it has; none once it was deleted.
  std::uint64_t links = 0;
  std::uint64_t bytes = 0;

  /// Nothing if the system does not say.
  static std::optional<FileState> Of(int fd);
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_FILE_STATE_H_
