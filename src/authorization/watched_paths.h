#ifndef CERTGATE_SRC_AUTHORIZATION_WATCHED_PATHS_H_
#define CERTGATE_SRC_AUTHORIZATION_WATCHED_PATHS_H_

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace certgate {

/// The most directories that are watched at once.
inline constexpr std::size_t kMaxWatchedDirectories = 4096;

/// What matters in one directory.
struct WatchedDirectory {
  std::set<std::string, std::less<>> names;
  /// Each name that does not begin with a dot matters, beside `names`.
  bool every_name = false;
  /// Files themselves lie here, or may; otherwise only directories and links that lead to them.
  bool holds_files = false;

  bool Concerns(std::string_view name) const;
  void Merge(const WatchedDirectory& other);
  bool operator==(const WatchedDirectory&) const = default;
};

/// Where files lie, and all that leads to them.
struct WatchedPaths {
  /// By absolute paths without symbolic links, so that a directory comes before those in it.
  std::map<std::string, WatchedDirectory> directories;
  /// What could not be followed, as sentences for people.
  std::set<std::string> problems;

  bool operator==(const WatchedPaths&) const = default;
};

/// Follows `paths` name by name, as the kernel does (path_resolution(7)), as far as they exist.
/// Every directory in which a name or a symbolic link on the way lies is in the answer. Of a path
/// that leads to a directory each entry counts, and entries that are links are followed too.
/// Relative paths begin at the working directory. Two calls give the same unless something has
/// changed. Reads directories and links only, no file. Throws only std::bad_alloc.
WatchedPaths ResolveWatchedPaths(const std::vector<std::string>& paths);

/// "cannot watch `PATH`: WHY; NEXT_STEP", the path escaped.
std::string CannotWatch(const std::string& path, std::string_view why, std::string_view next_step);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_WATCHED_PATHS_H_
