#include "src/authorization/file_watch.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <string_view>
#include <utility>

#include "src/files/regular_file.h"

namespace certgate {
namespace {

// What makes a name lead elsewhere. IN_EXCL_UNLINK: who still writes to a file that was replaced
// writes to another file than ours.
constexpr std::uint32_t kLeadingEvents = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
                                         IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR |
                                         IN_DONT_FOLLOW | IN_EXCL_UNLINK;
// In busy directories on the way, such as /tmp, these would wake us for nothing.
constexpr std::uint32_t kFileEvents = IN_MODIFY | IN_CLOSE_WRITE;

constexpr char kPollingRemains[] = "until then, changes are found by reading the files regularly";

// How often to look again at paths that change while they are being followed.
constexpr int kMostRounds = 8;

// On a clock that nobody sets; absl::Time saturates where a time_point would overflow.
absl::Time SteadyNow() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return absl::TimeFromTimespec(now);
}

std::uint32_t EventsOf(const WatchedDirectory& directory) {
  return directory.holds_files ? kLeadingEvents | kFileEvents : kLeadingEvents;
}

/// Whether a file that has just been created waits for its content. That of a link(2) has it.
bool AwaitsContent(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 1;
}

std::string WhyNot(const std::string& path, int error) {
  if (error == ENOSPC) {
    return CannotWatch(path, "this user has no more inotify watches",
                       absl::StrCat("raise fs.inotify.max_user_watches; ", kPollingRemains));
  }
  return CannotWatch(path, SystemReason(error),
                     absl::StrCat("let the server's user read this directory; ", kPollingRemains));
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileWatch>> FileWatch::Create(absl::Duration settle) {
  const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake < 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot make an event descriptor: ", SystemReason(errno),
                     "; raise the limit of open files"));
  }
  std::unique_ptr<FileWatch> watch(new FileWatch(wake, settle));
  watch->OpenInotify();
  return watch;
}

FileWatch::~FileWatch() {
  if (inotify_ >= 0) close(inotify_);
  close(wake_);
}

bool FileWatch::OpenInotify() {
  if (inotify_ < 0) inotify_ = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  return inotify_ >= 0;
}

std::vector<std::string> FileWatch::Watch(const std::vector<std::string>& paths) {
  if (!OpenInotify()) {
    return {absl::StrCat("cannot watch files: inotify gives ", SystemReason(errno),
                         "; raise fs.inotify.max_user_instances or the limit of open files; ",
                         kPollingRemains)};
  }
  // A directory is watched first and then looked at once more: what changes between the two is
  // either seen by the second look or told by the kernel.
  WatchedPaths wanted = ResolveWatchedPaths(paths);
  std::vector<std::string> problems;
  bool steady = false;
  for (int round = 0; round < kMostRounds && !steady; ++round) {
    problems.clear();
    const bool covered = Cover(wanted, problems);
    WatchedPaths again = ResolveWatchedPaths(paths);
    steady = covered && again == wanted;
    wanted = std::move(again);
  }
  if (!steady) burst_.Changed(SteadyNow());
  problems.insert(problems.end(), wanted.problems.begin(), wanted.problems.end());
  return problems;
}

/// Watches exactly the directories of `wanted`. False if one was gone when its turn came.
bool FileWatch::Cover(const WatchedPaths& wanted, std::vector<std::string>& problems) {
  bool all_there = true;
  bool out_of_watches = false;
  std::map<int, Watched> next;
  for (const auto& [path, directory] : wanted.directories) {
    const int wd = inotify_add_watch(inotify_, path.c_str(), EventsOf(directory));
    if (wd < 0) {
      const bool gone = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
      all_there &= !gone;
      // One message for the limit: it concerns all further directories alike.
      if (!gone && !(errno == ENOSPC && std::exchange(out_of_watches, true))) {
        problems.push_back(WhyNot(path, errno));
      }
      continue;
    }
    const auto [known, is_new] = next.try_emplace(wd, Watched{path, directory});
    if (is_new) continue;
    // The same directory at two paths (a bind mount) has one watch, which serves both.
    known->second.directory.Merge(directory);
    inotify_add_watch(inotify_, path.c_str(), EventsOf(known->second.directory));
  }
  for (const auto& [wd, watched] : watched_) {
    if (next.contains(wd)) continue;
    inotify_rm_watch(inotify_, wd);
    burst_.Forget(wd);
  }
  watched_ = std::move(next);
  return all_there;
}

FileWatch::Wake FileWatch::Wait(absl::Duration timeout) {
  absl::Time deadline = SteadyNow() + timeout;
  bool woken = false;
  while (true) {
    // Only an empty queue shows that no file has been opened for writing once more. Whoever is
    // woken wants to know that too.
    const bool seen_all = TakeEvents(SteadyNow());
    const absl::Time now = SteadyNow();
    if (TakeWakeUp() && !std::exchange(woken, true)) deadline = std::min(deadline, now);
    if (woken && (seen_all || now >= deadline + kLongestBurst)) return Wake::kWoken;
    const bool timed_out = now >= deadline;
    if (seen_all && (timed_out ? burst_.CanEnd(now) : burst_.IsOver(now))) {
      burst_.Clear();
      return Wake::kChanged;
    }
    // More than a burst's worth of events that nobody can wait for the end of.
    if (timed_out && (seen_all || now >= deadline + kLongestBurst)) return Wake::kTimeout;
    if (seen_all) Sleep(std::min(deadline, burst_.NextLook()) - now);
  }
}

void FileWatch::WakeUp() noexcept {
  const int error = errno;  // a signal handler must leave it as it was
  const std::uint64_t one = 1;
  // It fails only when the counter is full, and then the waiter is being woken already.
  [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof(one));
  errno = error;
}

bool FileWatch::TakeWakeUp() {
  std::uint64_t count = 0;
  return read(wake_, &count, sizeof(count)) == sizeof(count);
}

/// Sleeps until there is something to read, a signal has come, or `longest` is over.
void FileWatch::Sleep(absl::Duration longest) {
  // poll(2) takes no notice of the negative descriptor of a blind watch.
  std::array<pollfd, 2> events = {pollfd{wake_, POLLIN, 0}, pollfd{inotify_, POLLIN, 0}};
  const timespec limit =
      absl::ToTimespec(std::clamp(longest, absl::ZeroDuration(), absl::Hours(1)));
  const int ready = ppoll(events.data(), events.size(), &limit, nullptr);
  // For want of memory: not to be tried again at once.
  if (ready < 0 && errno != EINTR) absl::SleepFor(std::min(longest, kBurstPause));
}

/// Takes a buffer full of events. True if there are no more.
bool FileWatch::TakeEvents(absl::Time now) {
  if (inotify_ < 0) return true;
  alignas(inotify_event) std::array<char, std::size_t{32} * 1024> buffer;
  const ssize_t got = read(inotify_, buffer.data(), buffer.size());
  if (got < 0 && errno == EINTR) return false;
  if (got < 0 && errno == EAGAIN) return true;
  if (got <= 0) {
    GoBlind(now);
    return true;
  }
  for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
    inotify_event event{};
    std::memcpy(&event, buffer.data() + at, sizeof(event));
    Take(*reinterpret_cast<const inotify_event*>(buffer.data() + at), now);
    at += sizeof(event) + event.len;
  }
  return false;
}

/// A descriptor that cannot be read would be found ready for ever.
void FileWatch::GoBlind(absl::Time now) {
  for (const auto& [wd, watched] : watched_) burst_.Forget(wd);
  watched_.clear();
  close(std::exchange(inotify_, -1));
  burst_.Changed(now);
}

void FileWatch::Take(const inotify_event& event, absl::Time now) {
  if ((event.mask & IN_Q_OVERFLOW) != 0) return burst_.Changed(now);
  const auto watched = watched_.find(event.wd);
  if (watched == watched_.end()) return;  // of a watch that was given up
  if ((event.mask & IN_IGNORED) != 0) {
    watched_.erase(watched);
    burst_.Forget(event.wd);
    return burst_.Changed(now);
  }
  // Without a name it concerns the directory: moved, deleted, unmounted, other permissions.
  if (event.len == 0) return burst_.Changed(now);
  TakeNamed(watched->second, event, now);
}

void FileWatch::TakeNamed(const Watched& watched, const inotify_event& event, absl::Time now) {
  std::string name(event.name);  // padded with NUL characters
  if (!watched.directory.Concerns(name)) return;
  const bool written =
      (event.mask & IN_MODIFY) != 0 ||
      ((event.mask & IN_CREATE) != 0 && (event.mask & IN_ISDIR) == 0 &&
       watched.directory.holds_files && AwaitsContent(absl::StrCat(watched.path, "/", name)));
  ChangeBurst::File file(event.wd, std::move(name));
  if (written) return burst_.Written(std::move(file), now);
  // Who copies permissions or times does so before closing the file.
  if ((event.mask & IN_ATTRIB) != 0) return burst_.Changed(now);
  burst_.Completed(file, now);
}

}  // namespace certgate
