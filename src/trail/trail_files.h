#ifndef CERTGATE_SRC_TRAIL_TRAIL_FILES_H_
#define CERTGATE_SRC_TRAIL_TRAIL_FILES_H_

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace certgate {

/// A file of a trail, and its first record that is as it was written; else the first that can be
/// read. All but `path` empty or 0 if there is none.
struct TrailFile {
  std::string path;
  std::uint64_t sequence = 0;
  std::string time;
  std::string hash;
  std::string previous;
  /// What an `audit-open` names as its place.
  std::string place;
};

enum class FileOrder {
  kBySequence,  // and then by time: that of a chain
  kByTime,      // and then by sequence: that in which things happened
};

/// The files of trails among `paths`: files as they are, and of a directory all whose names hold
/// `.jsonl`, but for those that end with `.counts`, `.new` or `.tmp`. They come in the order of
/// their first records, in whatever order they are given; a file that is given twice comes once. A
/// single file that is no directory is not looked into, so that it may be a pipe or `-`, standard
/// input. Fails on what is missing or cannot be read; the message says what and what to do.
absl::StatusOr<std::vector<TrailFile>> FindTrailFiles(const std::vector<std::string>& paths,
                                                      FileOrder order);

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_TRAIL_FILES_H_
