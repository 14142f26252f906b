#ifndef CERTGATE_SRC_FILES_DIRECTORY_FILES_H_
#define CERTGATE_SRC_FILES_DIRECTORY_FILES_H_

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "src/files/problem.h"

namespace certgate {

/// The most entries of a directory that are looked at.
inline constexpr std::size_t kMaxListedEntries = 10000;

/// The paths of a directory's regular files and of links to such, sorted by bytes; none whose name
/// begins with a dot. Other directories, pipes and devices are left out, but not what cannot be
/// looked at, such as a link that leads nowhere: reading it fails, where leaving it out would load
/// less than somebody meant. Fails on what is no directory, cannot be listed, or has more than
/// `kMaxListedEntries` entries; the message says why, without the path. Thread-safe; throws only
/// std::bad_alloc.
std::variant<std::vector<std::string>, Problem> ListDirectoryFiles(const std::string& directory);

}  // namespace certgate

#endif  // CERTGATE_SRC_FILES_DIRECTORY_FILES_H_
