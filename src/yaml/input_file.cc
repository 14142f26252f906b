#include "src/yaml/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "src/yaml/reader.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kMostBytesRead = kMostYamlBytes + 1;

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

/// A file by its name, and what messages call it.
struct Named {
  const std::string& path;
  std::string_view what;

  Problem CannotRead(const std::string& why, const std::string& hint) const {
    return {"cannot read the " + std::string(what) + " " + QuotePath(path) + ": " + why, hint};
  }

  Problem CannotRead(int error) const {
    std::string why = std::generic_category().message(error);
    why[0] = AsciiLower(why.substr(0, 1))[0];
    return CannotRead(why, "check the path and its permissions");
  }

  std::optional<Problem> CheckKind(const struct stat& status) const {
    constexpr char kHint[] = "name a regular file";
    if (S_ISREG(status.st_mode)) return std::nullopt;
    if (S_ISDIR(status.st_mode)) return CannotRead("it is a directory", kHint);
    return CannotRead("it is not a regular file", kHint);
  }
};

std::variant<std::string, Problem> ReadAll(const Named& named, int fd, std::size_t size_hint) {
  std::string text;
  text.reserve(std::min(size_hint, kMostBytesRead) + 1);
  constexpr std::size_t kStep = std::size_t{256} * 1024;
  while (text.size() < kMostBytesRead) {
    const std::size_t before = text.size();
    text.resize(std::min(before + kStep, kMostBytesRead));
    const ssize_t got = read(fd, text.data() + before, text.size() - before);
    text.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return named.CannotRead(errno);
    if (got == 0) break;
  }
  return text;
}

}  // namespace

std::variant<std::string, Problem> ReadInputFile(const std::string& path, std::string_view what) {
  const Named named{path, what};
  if (path.find('\0') != path.npos) {
    return named.CannotRead("the path holds a NUL character", "check the path");
  }
  // Looked at before it is opened, because opening a device can do something, and once more after,
  // because it may have been replaced. O_NONBLOCK: a pipe without a writer would hold us up.
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return named.CannotRead(errno);
  if (std::optional<Problem> problem = named.CheckKind(status)) return *std::move(problem);
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0) return named.CannotRead(errno);
  if (fstat(file.get(), &status) != 0) return named.CannotRead(errno);
  if (std::optional<Problem> problem = named.CheckKind(status)) return *std::move(problem);
  return ReadAll(named, file.get(), static_cast<std::size_t>(status.st_size));
}

}  // namespace certgate
