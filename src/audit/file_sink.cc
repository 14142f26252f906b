#include <certgate/audit_log.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "src/audit/line_writer.h"

namespace certgate {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  FileDescriptor& operator=(FileDescriptor&&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

class FileSink final : public AuditSink {
 public:
  FileSink(FileDescriptor file, std::string path)
      : file_(std::move(file)), path_(std::move(path)), lines_(file_.get()) {}

  Written Write(std::string_view lines) override {
    absl::Status status = lines_.Write(lines);
    const std::size_t bytes = status.ok() ? lines.size() : 0;
    return {std::move(status), bytes};
  }
  std::string name() const override { return "audit file `" + path_ + "`"; }

 private:
  const FileDescriptor file_;
  const std::string path_;
  LineWriter lines_;
};

absl::Status CannotOpen(const std::string& path, absl::StatusCode code, const std::string& why) {
  return absl::Status(code, "cannot open audit file `" + path + "`: " + why);
}

std::string NextStep(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return "create its directory, or name another file";
    case EACCES:
    case EPERM:
    case EROFS:
      return "let the server's user read and write it, or name another file";
    case EISDIR:
    case ENXIO:
      return "name a regular file";
    default:
      return "make it writable, or name another file";
  }
}

absl::Status CannotOpen(const std::string& path, int error) {
  return CannotOpen(path, absl::ErrnoToStatusCode(error),
                    std::system_category().message(error) + "; " + NextStep(error));
}

// O_NONBLOCK: opening a FIFO must not wait for its other end. O_RDWR: the last byte is read.
int OpenForAppending(const std::string& path) {
  int fd = -1;
  do {
    fd = open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

// A last byte that cannot be read counts as torn: an empty line harms less than a joined one.
bool EndsInMidLine(int fd, off_t size) {
  char last = '\0';
  return size > 0 && (pread(fd, &last, 1, size - 1) != 1 || last != '\n');
}

// A process that was killed, or a machine that went down, may have left half a line.
absl::Status EndTornLine(int fd) { return LineWriter(fd).Write("\n"); }

}  // namespace

absl::StatusOr<std::unique_ptr<AuditSink>> OpenAuditFile(AuditFileOptions options) {
  const std::string& path = options.path;
  if (path.empty() || path.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError("the audit file's name is empty or holds a NUL; name a file");
  }
  FileDescriptor file(OpenForAppending(path));
  struct stat status = {};
  if (file.get() < 0 || fstat(file.get(), &status) != 0) {
    return CannotOpen(path, errno);
  }
  if (!S_ISREG(status.st_mode) && !S_ISCHR(status.st_mode)) {
    return CannotOpen(path, absl::StatusCode::kFailedPrecondition,
                      "it is not a regular file; name one, or use standard output");
  }
  if (fcntl(file.get(), F_SETFL, O_APPEND) != 0) return CannotOpen(path, errno);
  if (S_ISREG(status.st_mode) && EndsInMidLine(file.get(), status.st_size)) {
    const absl::Status ended = EndTornLine(file.get());
    if (!ended.ok()) return CannotOpen(path, ended.code(), std::string(ended.message()));
  }
  return std::make_unique<FileSink>(std::move(file), path);
}

}  // namespace certgate
