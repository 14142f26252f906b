#include "src/trail/byte_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "src/files/regular_file.h"
#include "src/trail/packed_source.h"

namespace certgate {
namespace {

class FileSource final : public ByteSource {
 public:
  explicit FileSource(int fd) : fd_(fd) {}
  ~FileSource() override {
    if (fd_ != STDIN_FILENO) close(fd_);
  }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  absl::StatusOr<std::size_t> Read(char* buffer, std::size_t size) override {
    while (true) {
      const ssize_t got = read(fd_, buffer, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return absl::UnavailableError(SystemReason(errno));
    }
  }

 private:
  const int fd_;
};

/// A source whose first bytes were looked at, and are to be read again.
class PeekedSource final : public ByteSource {
 public:
  explicit PeekedSource(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  /// The first `count` bytes, fewer if there are fewer.
  absl::StatusOr<std::string_view> Peek(std::size_t count) {
    while (peeked_.size() < count) {
      const std::size_t had = peeked_.size();
      peeked_.resize(count);
      const auto got = source_->Read(peeked_.data() + had, count - had);
      peeked_.resize(had + (got.ok() ? *got : 0));
      if (!got.ok()) return got.status();
      if (*got == 0) break;
    }
    return std::string_view(peeked_);
  }

  absl::StatusOr<std::size_t> Read(char* buffer, std::size_t size) override {
    if (peeked_.empty()) return source_->Read(buffer, size);
    const std::size_t count = std::min(size, peeked_.size());
    std::memcpy(buffer, peeked_.data(), count);
    peeked_.erase(0, count);
    return count;
  }

 private:
  const std::unique_ptr<ByteSource> source_;
  std::string peeked_;
};

absl::Status CannotRead(const std::string& path, int error) {
  const std::string message =
      "cannot read `" + path + "`: " + SystemReason(error) + "; check the path and its permissions";
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(message);
  if (error == EACCES || error == EPERM) return absl::PermissionDeniedError(message);
  return absl::UnavailableError(message);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ByteSource>> OpenByteSource(const std::string& path) {
  const int fd = path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return CannotRead(path, errno);
  auto source = std::make_unique<PeekedSource>(std::make_unique<FileSource>(fd));
  const auto beginning = source->Peek(kZstdMagic.size());
  if (!beginning.ok()) {
    return absl::UnavailableError("cannot read `" + path +
                                  "`: " + std::string(beginning.status().message()) +
                                  "; check the path and its permissions");
  }
  if (beginning->starts_with(kGzipMagic)) return UnpackGzip(std::move(source));
  if (beginning->starts_with(kZstdMagic)) return UnpackZstd(std::move(source));
  return source;
}

}  // namespace certgate
