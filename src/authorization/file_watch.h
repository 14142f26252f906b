#ifndef CERTGATE_SRC_AUTHORIZATION_FILE_WATCH_H_
#define CERTGATE_SRC_AUTHORIZATION_FILE_WATCH_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "src/authorization/change_burst.h"
#include "src/authorization/watched_paths.h"

struct inotify_event;

namespace certgate {

/// A writer that keeps its file open counts as done when it has written nothing for so long.
inline constexpr absl::Duration kSettleTime = absl::Seconds(5);

/// Sees that files may have changed, whatever they hold: by inotify(7) on the directories in which
/// they lie and on all that lead to them, so that edits in place, renames and swapped links
/// (Kubernetes' `..data`) are seen.
///
/// It may tell of a change where there is none. And it misses some, so files must be read and
/// compared now and then all the same:
/// - writes through another hard link or another bind mount of the same file, or through a memory
///   map, whose writer has not closed the file;
/// - changes that another machine makes to a network file system;
/// - a file system that is mounted over a directory, and a bind mount that goes away;
/// - what `Watch` could not watch.
/// Two writers of one file are not told apart: the first that closes it ends the wait for both. A
/// file that appears together with its directory may be half written when its directory is seen.
///
/// One thread at a time may use it, but for `WakeUp`.
class FileWatch {
 public:
  enum class Wake { kChanged, kWoken, kTimeout };

  /// A watch of nothing yet. It waits at most `settle` after the last write for a writer to close
  /// its file. Without inotify (limits, seccomp) it is blind, which is no failure; fails
  /// (Unavailable) only where there is no event descriptor either.
  static absl::StatusOr<std::unique_ptr<FileWatch>> Create(absl::Duration settle = kSettleTime);

  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  /// Watches `paths` from now on, instead of those before. Each may be a file, a directory (all of
  /// its entries count but those whose name begins with a dot), or not exist yet; symbolic links
  /// are followed. Relative paths begin at the working directory of now. Call it before the files
  /// are read, and again after each change: names may lead elsewhere now. A blind watch tries
  /// inotify again. Returns what cannot be watched, each with a reason and the next step. Throws
  /// only std::bad_alloc.
  std::vector<std::string> Watch(const std::vector<std::string>& paths);

  /// Waits until a watched file may have changed and none is being written (`kChanged`), `WakeUp`
  /// was called since the last wait (`kWoken`), or `timeout` is over, which may be infinite. A
  /// finished change is told within some 20 ms, or 200 ms while others follow. What was not told
  /// because the wait ended otherwise is told by the next. Throws only std::bad_alloc.
  Wake Wait(absl::Duration timeout);

  /// Ends `Wait` at once, or the next one if nobody waits. Thread-safe and async-signal-safe.
  void WakeUp() noexcept;

  /// Whether nothing can be seen, because there is no inotify.
  bool is_blind() const { return inotify_ < 0; }

  /// Whether, as far as seen by the last `Wait`, nothing has changed that was not told, and nobody
  /// is writing: what was read between two waits is then whole.
  bool is_quiet() const { return !burst_.HasChanges() && !burst_.HasWriters(); }

  /// Whether somebody is writing to a watched file, as far as seen by the last `Wait`: what is read
  /// now may be half of it.
  bool is_being_written() const { return burst_.HasWriters(); }

 private:
  struct Watched {
    std::string path;
    WatchedDirectory directory;
  };

  FileWatch(int wake, absl::Duration settle) : wake_(wake), burst_(settle) {}

  bool OpenInotify();
  bool Cover(const WatchedPaths& wanted, std::vector<std::string>& problems);
  bool TakeEvents(absl::Time now);
  void Take(const inotify_event& event, absl::Time now);
  void TakeNamed(const Watched& watched, const inotify_event& event, absl::Time now);
  bool TakeWakeUp();
  void Sleep(absl::Duration longest);
  void GoBlind(absl::Time now);

  const int wake_;
  int inotify_ = -1;
  std::map<int, Watched> watched_;  // by watch descriptor
  ChangeBurst burst_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_FILE_WATCH_H_
