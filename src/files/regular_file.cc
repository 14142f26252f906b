#include "src/files/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

namespace certgate {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

Problem FromSystem(int error) {
  return {SystemReason(error), "check the path and its permissions"};
}

std::optional<Problem> CheckKind(const struct stat& status) {
  constexpr char kHint[] = "name a regular file";
  if (S_ISREG(status.st_mode)) return std::nullopt;
  if (S_ISDIR(status.st_mode)) return Problem{"it is a directory", kHint};
  return Problem{"it is not a regular file", kHint};
}

std::variant<std::string, Problem> ReadAll(int fd, std::size_t size_hint, std::size_t most) {
  std::string text;
  text.reserve(std::min(size_hint, most) + 1);
  constexpr std::size_t kStep = std::size_t{256} * 1024;
  while (text.size() < most) {
    const std::size_t before = text.size();
    text.resize(std::min(before + kStep, most));
    const ssize_t got = read(fd, text.data() + before, text.size() - before);
    text.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FromSystem(errno);
    if (got == 0) break;
  }
  return text;
}

}  // namespace

std::variant<std::string, Problem> ReadRegularFile(const std::string& path,
                                                   std::size_t most_bytes) {
  if (path.find('\0') != path.npos) {
    return Problem{"the path holds a NUL character", "check the path"};
  }
  // Looked at before it is opened, because opening a device can do something, and once more after,
  // because it may have been replaced. O_NONBLOCK: a pipe without a writer would hold us up.
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return FromSystem(errno);
  if (std::optional<Problem> problem = CheckKind(status)) return *std::move(problem);
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0) return FromSystem(errno);
  if (fstat(file.get(), &status) != 0) return FromSystem(errno);
  if (std::optional<Problem> problem = CheckKind(status)) return *std::move(problem);
  return ReadAll(file.get(), static_cast<std::size_t>(status.st_size), most_bytes + 1);
}

std::string SystemReason(int error) {
  std::string reason = std::generic_category().message(error);
  char& first = reason.front();
  if (first >= 'A' && first <= 'Z') first = static_cast<char>(first - 'A' + 'a');
  return reason;
}

}  // namespace certgate
