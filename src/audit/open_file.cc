#include "src/audit/open_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace certgate {
namespace {

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

absl::Status SystemRefuses(const std::string& path, int error) {
  return CannotOpen(path, absl::ErrnoToStatusCode(error),
                    std::system_category().message(error) + "; " + NextStep(error));
}

// O_NONBLOCK: opening a FIFO must not wait for its other end. O_RDWR: the last record is read.
FileDescriptor Open(const std::string& path) {
  int fd = -1;
  do {
    fd = open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
  } while (fd < 0 && errno == EINTR);
  return FileDescriptor(fd);
}

absl::Status Lock(const std::string& path, int fd) {
  int result = -1;
  do {
    result = flock(fd, LOCK_EX | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  if (result == 0) return absl::OkStatus();
  if (errno == EWOULDBLOCK) {
    return CannotOpen(path, absl::StatusCode::kFailedPrecondition,
                      "another process writes to it; stop that one, or name another file");
  }
  return CannotOpen(path, absl::ErrnoToStatusCode(errno),
                    "it cannot be locked: " + std::system_category().message(errno) +
                        "; name a file on another file system");
}

// Where the file lies that `path` names now; nothing if that is not `file` any more.
std::optional<FilePlace> PlaceOf(const std::string& path, const FileIdentity& file) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  if (error) return std::nullopt;
  FilePlace place;
  place.directory_path = real.parent_path().string();
  place.name = real.filename().string();
  place.directory =
      FileDescriptor(open(place.directory_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!place.directory.is_open() || !place.Holds(file, place.name)) return std::nullopt;
  return place;
}

// Nothing if another file took the name in the meantime.
absl::StatusOr<std::optional<OpenFile>> TryToOpen(const std::string& path) {
  FileDescriptor file = Open(path);
  struct stat status = {};
  if (!file.is_open() || fstat(file.get(), &status) != 0) return SystemRefuses(path, errno);
  if (!S_ISREG(status.st_mode) && !S_ISCHR(status.st_mode)) {
    return CannotOpen(path, absl::StatusCode::kFailedPrecondition,
                      "it is not a regular file; name one, or use standard output");
  }
  if (fcntl(file.get(), F_SETFL, O_APPEND) != 0) return SystemRefuses(path, errno);
  const FileIdentity identity(status);
  if (!S_ISREG(status.st_mode)) return OpenFile{std::move(file), nullptr, identity, false};
  const absl::Status locked = Lock(path, file.get());
  if (!locked.ok()) return locked;
  std::optional<FilePlace> place = PlaceOf(path, identity);
  if (!place) return std::nullopt;
  return OpenFile{std::move(file), std::make_shared<const FilePlace>(*std::move(place)), identity,
                  true};
}

}  // namespace

absl::Status CannotOpen(const std::string& path, absl::StatusCode code, const std::string& why) {
  return absl::Status(code, "cannot open audit file `" + path + "`: " + why);
}

absl::StatusOr<OpenFile> OpenForAppending(const std::string& path) {
  // Between opening and locking a file its writer may have rotated it.
  constexpr int kTries = 10;
  for (int i = 0; i < kTries; ++i) {
    absl::StatusOr<std::optional<OpenFile>> file = TryToOpen(path);
    if (!file.ok()) return file.status();
    if (*file) return **std::move(file);
  }
  return CannotOpen(path, absl::StatusCode::kUnavailable,
                    "its directory cannot be read, or other files take its name all the time; "
                    "let the server's user read the directory, or name another file");
}

}  // namespace certgate
