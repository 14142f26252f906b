#ifndef CERTGATE_TESTS_UNIT_AUTHORIZATION_WATCH_PROBE_H_
#define CERTGATE_TESTS_UNIT_AUTHORIZATION_WATCH_PROBE_H_

#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/authorization/file_watch.h"
#include "tests/support/catch2.h"

namespace certgate {

/// Much longer than any change takes to be told, and much shorter than `kNeverSettle`.
inline constexpr absl::Duration kLongWait = absl::Seconds(20);
inline constexpr absl::Duration kNeverSettle = absl::Hours(1);

/// Watches paths as a reloader does: after each change it follows them again.
class WatchProbe {
 public:
  explicit WatchProbe(std::vector<std::string> paths, absl::Duration settle = kNeverSettle)
      : paths_(std::move(paths)) {
    auto watch = FileWatch::Create(settle);
    REQUIRE(watch.ok());
    watch_ = *std::move(watch);
    REQUIRE_FALSE(watch_->is_blind());
    problems_ = watch_->Watch(paths_);
  }

  /// Waits until a change is told.
  bool SeesChange() {
    if (watch_->Wait(kLongWait) != FileWatch::Wake::kChanged) return false;
    problems_ = watch_->Watch(paths_);
    return true;
  }

  /// Whether there is nothing to tell. Certain without waiting: the kernel queues the events of a
  /// change before the change returns.
  bool IsSilent() { return watch_->Wait(absl::ZeroDuration()) == FileWatch::Wake::kTimeout; }

  FileWatch& watch() { return *watch_; }
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  const std::vector<std::string> paths_;
  std::unique_ptr<FileWatch> watch_;
  std::vector<std::string> problems_;
};

/// A file that is being written in place.
class OpenFile {
 public:
  OpenFile(const std::string& path, int flags)
      : fd_(open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, 0600)) {
    REQUIRE(fd_ >= 0);
  }
  ~OpenFile() { Close(); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  void Write(std::string_view text) {
    REQUIRE(write(fd_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  void Close() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

}  // namespace certgate

#endif  // CERTGATE_TESTS_UNIT_AUTHORIZATION_WATCH_PROBE_H_
