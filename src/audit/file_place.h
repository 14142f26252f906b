#ifndef CERTGATE_SRC_AUDIT_FILE_PLACE_H_
#define CERTGATE_SRC_AUDIT_FILE_PLACE_H_

#include <fcntl.h>
#include <sys/stat.h>

#include <string>

#include "src/audit/file_descriptor.h"

namespace certgate {

/// Which file something is, whatever its name: device and inode.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;

  explicit FileIdentity(const struct stat& status) : device(status.st_dev), inode(status.st_ino) {}
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// Where a file lies, symbolic links followed. Its directory stays the same one, also when that is
/// renamed.
struct FilePlace {
  FileDescriptor directory;
  std::string directory_path;
  /// The name in the directory.
  std::string name;

  /// The path of the file `name` beside this one.
  std::string PathOf(const std::string& other) const {
    return directory_path == "/" ? "/" + other : directory_path + "/" + other;
  }

  /// Whether `file` has the name `other` in the directory.
  bool Holds(const FileIdentity& file, const std::string& other) const {
    struct stat status = {};
    return fstatat(directory.get(), other.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           FileIdentity(status) == file;
  }
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_FILE_PLACE_H_
