#ifndef CERTGATE_SRC_TRAIL_FOLLOWER_H_
#define CERTGATE_SRC_TRAIL_FOLLOWER_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "src/trail/line_block.h"

namespace certgate {

/// Reads a file that is written to, over its rotations: when another file has its name, and has
/// something in it, the old one is read to its end and then the new one. A file that was cut short,
/// as `copytruncate` of logrotate(8) does, is read from its beginning. Not thread-safe.
class TrailFollower {
 public:
  /// Gets each whole line; the line number is 0.
  using Visit = std::function<void(const TrailLine& line)>;

  /// Opens a regular file that is not packed; others cannot be followed. Fails as
  /// `OpenByteSource`, and with FailedPrecondition.
  static absl::StatusOr<std::unique_ptr<TrailFollower>> Open(const std::string& path);
  ~TrailFollower();
  TrailFollower(const TrailFollower&) = delete;
  TrailFollower& operator=(const TrailFollower&) = delete;

  /// Begins with the first line that begins at least `bytes` before the end, and not at the
  /// beginning. Returns whether anything is passed over.
  bool StartBeforeEnd(std::uint64_t bytes);
  /// Begins at the beginning once more.
  void Restart();

  /// Reads what there is by now. Half a line is left for the next time, unless the file is over.
  /// Fails with Unavailable if the file cannot be read.
  absl::Status Poll(const Visit& visit);

  /// What happened to the file since this was asked last: "was rotated", "was cut short"; else
  /// empty.
  std::string TakeNews();

 private:
  TrailFollower(std::string path, int fd);

  absl::Status ReadOn(const Visit& visit);
  void VisitLines(const Visit& visit);
  absl::Status GoOnWithNewFile(const Visit& visit);
  void Begin(int fd);

  const std::string path_;
  int fd_;
  std::uint64_t offset_ = 0;
  std::vector<char> buffer_;
  std::size_t used_ = 0;
  bool is_in_long_line_ = false;
  bool passes_over_ = false;  // to the end of a line that was begun before
  std::string news_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_FOLLOWER_H_
