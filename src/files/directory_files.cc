#include "src/files/directory_files.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "src/files/regular_file.h"

namespace certgate {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

bool MayBeRead(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode);
}

}  // namespace

std::variant<std::vector<std::string>, Problem> ListDirectoryFiles(const std::string& directory) {
  if (directory.find('\0') != directory.npos) {
    return Problem{"the path holds a NUL character", "check the path"};
  }
  const std::unique_ptr<DIR, CloseDirectory> listing(opendir(directory.c_str()));
  if (listing == nullptr) {
    return Problem{SystemReason(errno), "name a directory that the server's user may list"};
  }
  std::vector<std::string> files;
  std::size_t entries = 0;
  while (true) {
    errno = 0;
    // readdir is thread-safe for streams of one's own, as POSIX.1-2024 says and glibc has it.
    const dirent* entry = readdir(listing.get());  // NOLINT(concurrency-mt-unsafe)
    if (entry == nullptr && errno != 0) return Problem{SystemReason(errno), "try it again"};
    if (entry == nullptr) break;
    if (entry->d_name[0] == '.') continue;
    if (++entries > kMaxListedEntries) {
      return Problem{"it has more than " + std::to_string(kMaxListedEntries) + " entries",
                     "remove what is not needed"};
    }
    std::string path = directory + (directory.ends_with('/') ? "" : "/") + entry->d_name;
    if (MayBeRead(path)) files.push_back(std::move(path));
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace certgate
