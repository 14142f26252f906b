#ifndef CERTGATE_TESTS_SUPPORT_SMALL_DISK_H_
#define CERTGATE_TESTS_SUPPORT_SMALL_DISK_H_

#include <sys/mount.h>

#include "tests/support/scratch_directory.h"

namespace certgate::testing {

/// A file system of 1 MiB, if the process may mount one.
class SmallDisk {
 public:
  SmallDisk() : is_there_(mount("none", directory_.path().c_str(), "tmpfs", 0, "size=1m") == 0) {}
  ~SmallDisk() {
    if (is_there_) umount2(directory_.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool is_there() const { return is_there_; }
  const ScratchDirectory& directory() const { return directory_; }

 private:
  const ScratchDirectory directory_;
  const bool is_there_;
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_SMALL_DISK_H_
