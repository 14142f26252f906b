#include "src/audit/byte_source.h"

#include <unistd.h>

#include <cerrno>

namespace certgate {

absl::StatusOr<std::string_view> ByteSource::Next() {
  while (true) {
    const ssize_t count = read(fd_, buffer_.data(), buffer_.size());
    if (count >= 0) return std::string_view(buffer_).substr(0, static_cast<std::size_t>(count));
    if (errno != EINTR) return absl::ErrnoToStatus(errno, "it cannot be read");
  }
}

absl::Status WriteBytes(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return absl::ErrnoToStatus(errno, "it cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return absl::OkStatus();
}

}  // namespace certgate
