#ifndef CERTGATE_SRC_AUDIT_BYTE_SOURCE_H_
#define CERTGATE_SRC_AUDIT_BYTE_SOURCE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace certgate {

/// How many bytes files are read and packed by.
inline constexpr std::size_t kPieceOfFile = 131072;

/// Reads a file descriptor from its position to its end, piece by piece.
class ByteSource {
 public:
  /// Does not own `fd`.
  explicit ByteSource(int fd) : fd_(fd), buffer_(kPieceOfFile, '\0') {}

  /// The next bytes, which are there until the next call; empty at the end.
  absl::StatusOr<std::string_view> Next();

 private:
  const int fd_;
  std::string buffer_;
};

/// Writes all of `bytes`.
absl::Status WriteBytes(int fd, std::string_view bytes);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_BYTE_SOURCE_H_
