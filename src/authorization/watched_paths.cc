#include "src/authorization/watched_paths.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "src/files/directory_files.h"
#include "src/files/regular_file.h"

namespace certgate {
namespace {

// The kernel's own limit, MAXSYMLINKS.
constexpr int kMaxLinks = 40;

using Names = std::deque<std::string>;

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

Names SplitPath(const std::string& path) { return absl::StrSplit(path, '/', absl::SkipEmpty()); }

std::string Join(const std::string& directory, const std::string& name) {
  return directory == "/" ? "/" + name : directory + "/" + name;
}

std::string ParentOf(const std::string& directory) {
  const std::size_t slash = directory.rfind('/');
  return slash == 0 ? "/" : directory.substr(0, slash);
}

std::optional<std::string> ReadLink(const std::string& path) {
  std::string target(PATH_MAX, '\0');
  const ssize_t length = readlink(path.c_str(), target.data(), target.size());
  if (length < 0) return std::nullopt;
  target.resize(static_cast<std::size_t>(length));
  return target;
}

class Resolver {
 public:
  void Add(const std::string& path) {
    if (path.empty() || path.find('\0') != path.npos) {
      Complain(path, path.empty() ? "the path is empty" : "the path holds a NUL character",
               "name a file or a directory");
      return;
    }
    Names names = SplitPath(path);
    if (path.front() != '/') {
      std::error_code error;
      const std::string base = std::filesystem::current_path(error).string();
      if (error) return Complain(path, error.value());
      const Names before = SplitPath(base);
      names.insert(names.begin(), before.begin(), before.end());
    }
    if (const auto directory = Walk("/", std::move(names))) AddEntries(*directory);
  }

  WatchedPaths Take() { return std::move(found_); }

 private:
  /// Follows `names` from `here`. The directory to which they lead, if they lead to one.
  std::optional<std::string> Walk(std::string here, Names names) {
    for (int links = 0; !names.empty();) {
      const std::string name = names.front();
      names.pop_front();
      if (name == ".") continue;
      if (name == "..") {
        here = ParentOf(here);
        continue;
      }
      WatchedDirectory* watched = Directory(here);
      if (watched == nullptr) return std::nullopt;
      watched->names.insert(name);
      watched->holds_files |= names.empty();

      const std::string path = Join(here, name);
      struct stat status {};
      if (lstat(path.c_str(), &status) != 0) {
        // What does not exist is not a problem here: its name is watched.
        if (errno != ENOENT && errno != ENOTDIR) Complain(path, errno);
        return std::nullopt;
      }
      if (S_ISDIR(status.st_mode)) {
        here = path;
        continue;
      }
      if (!S_ISLNK(status.st_mode)) return std::nullopt;
      if (++links > kMaxLinks) {
        Complain(path, ELOOP);
        return std::nullopt;
      }
      const std::optional<std::string> target = ReadLink(path);
      if (!target.has_value()) return std::nullopt;  // replaced meanwhile; its name is watched
      if (target->starts_with('/')) here = "/";
      const Names between = SplitPath(*target);
      names.insert(names.begin(), between.begin(), between.end());
    }
    return here;
  }

  void AddEntries(const std::string& path) {
    WatchedDirectory* watched = Directory(path);
    if (watched == nullptr) return;
    watched->every_name = true;
    watched->holds_files = true;
    const std::unique_ptr<DIR, CloseDirectory> listing(opendir(path.c_str()));
    if (listing == nullptr) {
      // To watch a directory takes the same right as to list it: the refusal is told there.
      if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) Complain(path, errno);
      return;
    }
    std::size_t count = 0;
    // readdir is thread-safe for streams of one's own, as POSIX.1-2024 says and glibc has it.
    while (const dirent* entry = readdir(listing.get())) {  // NOLINT(concurrency-mt-unsafe)
      if (entry->d_name[0] == '.') continue;
      if (++count > kMaxListedEntries) {
        Complain(path, absl::StrCat("it has more than ", kMaxListedEntries, " entries"),
                 "links among the others are not followed; remove what is not needed");
        return;
      }
      if (entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN) Walk(path, {entry->d_name});
    }
  }

  /// The entry of `path`, or null where there are too many already.
  WatchedDirectory* Directory(const std::string& path) {
    const auto known = found_.directories.find(path);
    if (known != found_.directories.end()) return &known->second;
    if (found_.directories.size() >= kMaxWatchedDirectories) {
      found_.problems.insert(absl::StrCat(
          "cannot watch more than ", kMaxWatchedDirectories,
          " directories; keep the files, and what their links lead to, in fewer directories"));
      return nullptr;
    }
    return &found_.directories[path];
  }

  void Complain(const std::string& path, std::string_view why, std::string_view next_step) {
    found_.problems.insert(CannotWatch(path, why, next_step));
  }
  void Complain(const std::string& path, int error) {
    Complain(path, SystemReason(error), "check the path and its permissions");
  }

  WatchedPaths found_;
};

}  // namespace

bool WatchedDirectory::Concerns(std::string_view name) const {
  return (every_name && !name.starts_with('.')) || names.contains(name);
}

void WatchedDirectory::Merge(const WatchedDirectory& other) {
  names.insert(other.names.begin(), other.names.end());
  every_name |= other.every_name;
  holds_files |= other.holds_files;
}

WatchedPaths ResolveWatchedPaths(const std::vector<std::string>& paths) {
  Resolver resolver;
  for (const std::string& path : paths) resolver.Add(path);
  return resolver.Take();
}

std::string CannotWatch(const std::string& path, std::string_view why, std::string_view next_step) {
  std::string problem = absl::StrCat("cannot watch `", absl::Utf8SafeCEscape(path), "`: ");
  problem.append(why).append("; ").append(next_step);
  return problem;
}

}  // namespace certgate
