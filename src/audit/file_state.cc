#include "src/audit/file_state.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace certgate {

std::optional<FileState> FileState::Of(int fd) {
  // Not fstat(2), which asks for the times too: since Linux 6.13 that makes the next write give the
  // inode a new one, and costs nearly as much as the write.
  struct statx some = {};
  if (statx(fd, "", AT_EMPTY_PATH, STATX_NLINK | STATX_SIZE, &some) == 0) {
    return FileState{some.stx_nlink, some.stx_size};
  }
  // Container runtimes that do not know statx(2) forbid it.
  struct stat all = {};
  if (fstat(fd, &all) != 0) return std::nullopt;
  return FileState{all.st_nlink, static_cast<std::uint64_t>(all.st_size)};
}

}  // namespace certgate
