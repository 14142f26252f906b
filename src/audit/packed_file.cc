#include "src/audit/packed_file.h"

#include <absl/status/statusor.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "src/audit/closed_files.h"
#include "src/audit/pack.h"
#include "src/audit/unpack.h"

namespace certgate {
namespace {

absl::Status Failed(const std::string& what) { return absl::ErrnoToStatus(errno, what); }

// Only root can give a file away; then the packed one is the server's.
absl::Status PassAttributesOn(int from, int to) {
  struct stat status = {};
  if (fstat(from, &status) != 0) return Failed("it cannot be looked at");
  mode_t mode = status.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
  if (fchown(to, status.st_uid, status.st_gid) != 0) mode &= static_cast<mode_t>(S_IRWXU);
  const timespec times[2] = {status.st_atim, status.st_mtim};
  if (fchmod(to, mode) != 0 || futimens(to, times) != 0) {
    return Failed("the packed file cannot be given its mode and time");
  }
  return absl::OkStatus();
}

absl::Status SyncDirectory(const FilePlace& place) {
  // Some file systems cannot, and say EINVAL.
  if (fsync(place.directory.get()) == 0 || errno == EINVAL) return absl::OkStatus();
  return Failed("its directory cannot be synced");
}

absl::Status PackInto(int from, int to, Packing packing, const std::function<bool()>& is_stopped) {
  absl::Status status = Pack(from, to, packing, is_stopped);
  if (status.ok()) status = PassAttributesOn(from, to);
  if (status.ok() && fsync(to) != 0) status = Failed("the packed file cannot be synced");
  return status;
}

absl::Status MakePacked(const FilePlace& place, int from, const std::string& packed,
                        Packing packing, const std::function<bool()>& is_stopped) {
  const int directory = place.directory.get();
  const std::string unfinished = RotatedNames::Unfinished(packed);
  unlinkat(directory, unfinished.c_str(), 0);
  const FileDescriptor to(openat(directory, unfinished.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!to.is_open()) return Failed("the packed file cannot be made");
  absl::Status status = PackInto(from, to.get(), packing, is_stopped);
  if (status.ok() && renameat(directory, unfinished.c_str(), directory, packed.c_str()) != 0) {
    status = Failed("the packed file cannot be given its name");
  }
  if (!status.ok()) unlinkat(directory, unfinished.c_str(), 0);
  return status;
}

}  // namespace

absl::Status ReplaceByPacked(const FilePlace& place, const std::string& name, Packing packing,
                             const std::function<bool()>& is_stopped) {
  const absl::StatusOr<FileDescriptor> plain = OpenClosedFile(place, name);
  if (!plain.ok()) return plain.status();
  const std::string packed_name = name + std::string(SuffixOf(packing));
  if (faccessat(place.directory.get(), packed_name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
    const absl::Status made = MakePacked(place, plain->get(), packed_name, packing, is_stopped);
    if (!made.ok()) return made;
  }
  const absl::StatusOr<FileDescriptor> packed = OpenClosedFile(place, packed_name);
  if (!packed.ok()) return packed.status();
  if (lseek(plain->get(), 0, SEEK_SET) != 0) return Failed("it cannot be read again");
  const absl::StatusOr<bool> is_same = UnpacksTo(packed->get(), packing, plain->get(), is_stopped);
  if (!is_same.ok()) return is_same.status();
  if (!*is_same) {
    return absl::FailedPreconditionError("`" + packed_name +
                                         "` holds something else; look at both and remove one");
  }
  const absl::Status synced = SyncDirectory(place);
  if (!synced.ok()) return synced;
  if (unlinkat(place.directory.get(), name.c_str(), 0) != 0) return Failed("it cannot be removed");
  return absl::OkStatus();
}

}  // namespace certgate
