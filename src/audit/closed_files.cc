#include "src/audit/closed_files.h"

#include <absl/status/status.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>

namespace certgate {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

std::optional<struct stat> RegularFile(const FilePlace& place, const std::string& name) {
  struct stat status = {};
  const int result = fstatat(place.directory.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW);
  if (result != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return status;
}

void Remove(const FilePlace& place, const std::string& name) {
  unlinkat(place.directory.get(), name.c_str(), 0);
}

bool ComesBefore(const ClosedFile& a, const ClosedFile& b) {
  if (a.name.by != b.name.by) return a.name.by < b.name.by;
  return a.name.IsOlderThan(b.name);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ListNames(const FilePlace& place) {
  // A descriptor of its own: the one of `place` has one position for all who read.
  const int fd = openat(place.directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, CloseDirectory> directory(fd < 0 ? nullptr : fdopendir(fd));
  if (!directory) {
    const int error = errno;
    if (fd >= 0) close(fd);
    return absl::ErrnoToStatus(error, "directory `" + place.directory_path + "` cannot be read");
  }
  std::vector<std::string> names;
  while (true) {
    errno = 0;
    const dirent* const entry = readdir(directory.get());
    if (entry != nullptr) {
      names.emplace_back(entry->d_name);
    } else if (errno == 0) {
      return names;
    } else {
      return absl::ErrnoToStatus(errno, "directory `" + place.directory_path + "` cannot be read");
    }
  }
}

absl::StatusOr<std::vector<ClosedFile>> ListClosedFiles(const FilePlace& place) {
  const absl::StatusOr<std::vector<std::string>> names = ListNames(place);
  if (!names.ok()) return names.status();
  const std::optional<struct stat> live = RegularFile(place, place.name);
  const RotatedNames rotated(place.name);
  std::vector<ClosedFile> files;
  for (const std::string& name : *names) {
    std::optional<RotatedName> parsed = rotated.Parse(name);
    if (!parsed) continue;
    const std::optional<struct stat> status = RegularFile(place, name);
    if (!status || (live && FileIdentity(*live) == FileIdentity(*status))) continue;
    files.push_back({*std::move(parsed), static_cast<std::uint64_t>(status->st_size),
                     absl::TimeFromTimespec(status->st_mtim), FileIdentity(*status)});
  }
  std::stable_sort(files.begin(), files.end(), ComesBefore);
  return files;
}

absl::StatusOr<FileDescriptor> OpenClosedFile(const FilePlace& place, const std::string& name) {
  FileDescriptor file(openat(place.directory.get(), name.c_str(),
                             O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.is_open()) return absl::ErrnoToStatus(errno, "it cannot be opened");
  return file;
}

void RemoveLeftovers(const FilePlace& place, const FileIdentity& live) {
  const absl::StatusOr<std::vector<std::string>> names = ListNames(place);
  if (!names.ok()) return;
  const RotatedNames rotated(place.name);
  for (const std::string& name : *names) {
    const std::optional<struct stat> status = RegularFile(place, name);
    if (!status) continue;
    const std::optional<RotatedName> parsed = rotated.Parse(name);
    const bool is_live = parsed && parsed->by == NamedBy::kCertgate && name != place.name &&
                         FileIdentity(*status) == live;
    const bool is_new = name == rotated.ForNewFile() && status->st_size == 0;
    if (is_live || is_new || rotated.IsUnfinished(name)) Remove(place, name);
  }
}

}  // namespace certgate
