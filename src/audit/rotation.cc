#include "src/audit/rotation.h"

#include <absl/status/status.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "src/audit/rotated_names.h"

namespace certgate {
namespace {

// Removes a name at the end of its life, unless it is kept.
class TentativeName {
 public:
  TentativeName(int directory, std::string name) : directory_(directory), name_(std::move(name)) {}
  ~TentativeName() {
    if (!name_.empty()) unlinkat(directory_, name_.c_str(), 0);
  }
  TentativeName(const TentativeName&) = delete;
  TentativeName& operator=(const TentativeName&) = delete;
  void Keep() { name_.clear(); }

 private:
  const int directory_;
  std::string name_;
};

absl::Status Failed(const std::string& what) { return absl::ErrnoToStatus(errno, what); }

// Whoever was allowed to read the old file may read the new one. Where the group cannot be passed
// on, its rights are not either: they would be another group's.
bool PassRightsOn(int from, int to) {
  struct stat status = {};
  if (fstat(from, &status) != 0) return false;
  mode_t mode = status.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
  struct stat made = {};
  if (fstat(to, &made) != 0) return false;
  if (made.st_gid != status.st_gid && fchown(to, static_cast<uid_t>(-1), status.st_gid) != 0) {
    mode &= static_cast<mode_t>(~S_IRWXG);
  }
  return fchmod(to, mode) == 0;
}

absl::StatusOr<FileDescriptor> MakeLocked(const OpenFile& current, const std::string& name) {
  const int directory = current.place->directory.get();
  unlinkat(directory, name.c_str(), 0);  // of a process that was killed
  FileDescriptor file(openat(directory, name.c_str(),
                             O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.is_open()) return Failed("a new file cannot be made");
  TentativeName tentative(directory, name);
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) return Failed("the new file cannot be locked");
  if (!PassRightsOn(current.file.get(), file.get())) {
    return Failed("the new file cannot be given the mode of the old one");
  }
  tentative.Keep();
  return file;
}

}  // namespace

absl::StatusOr<OpenFile> Rotate(const OpenFile& current, const std::string& closed) {
  const FilePlace& place = *current.place;
  const int directory = place.directory.get();
  const std::string made = RotatedNames(place.name).ForNewFile();
  absl::StatusOr<FileDescriptor> file = MakeLocked(current, made);
  if (!file.ok()) return file.status();
  TentativeName new_name(directory, made);
  struct stat status = {};
  if (fstat(file->get(), &status) != 0) return Failed("the new file cannot be looked at");

  // link(2) and not rename(2): it replaces no file, and the audit file's name stays in use.
  if (linkat(directory, place.name.c_str(), directory, closed.c_str(), 0) != 0) {
    return Failed("it cannot be given the name `" + closed + "`");
  }
  TentativeName closed_name(directory, closed);
  if (!place.Holds(current.identity, closed)) {
    return absl::FailedPreconditionError("another file has taken its name");
  }
  if (renameat(directory, made.c_str(), directory, place.name.c_str()) != 0) {
    return Failed("the new file cannot be given its name");
  }
  new_name.Keep();
  closed_name.Keep();
  return OpenFile{*std::move(file), current.place, FileIdentity(status), true};
}

}  // namespace certgate
