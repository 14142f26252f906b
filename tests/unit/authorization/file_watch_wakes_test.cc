#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "tests/support/catch2.h"
#include "tests/support/scratch_directory.h"
#include "tests/unit/authorization/watch_probe.h"

namespace certgate {
namespace {

using testing::ScratchDirectory;
using Wake = FileWatch::Wake;

std::atomic<FileWatch*> woken_by_signal{nullptr};

void WakeFromSignal(int) { woken_by_signal.load()->WakeUp(); }

/// Lets the process open `more` further files and not one beyond them.
class FewFiles {
 public:
  explicit FewFiles(rlim_t more) {
    REQUIRE(getrlimit(RLIMIT_NOFILE, &before_) == 0);
    const int next = dup(0);
    REQUIRE(next >= 0);
    close(next);
    rlimit limit = before_;
    limit.rlim_cur = static_cast<rlim_t>(next) + more;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) std::abort();
  }
  ~FewFiles() { setrlimit(RLIMIT_NOFILE, &before_); }
  FewFiles(const FewFiles&) = delete;
  FewFiles& operator=(const FewFiles&) = delete;

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("a watch of nothing waits until the time is over") {
  WatchProbe probe({});
  CHECK(probe.problems().empty());
  CHECK(probe.watch().Wait(absl::Milliseconds(5)) == Wake::kTimeout);
  CHECK(probe.watch().Wait(-absl::InfiniteDuration()) == Wake::kTimeout);
}

TEST_CASE("a wake up before the wait ends the next one and only that") {
  WatchProbe probe({});
  probe.watch().WakeUp();
  probe.watch().WakeUp();
  CHECK(probe.watch().Wait(absl::InfiniteDuration()) == Wake::kWoken);
  CHECK(probe.IsSilent());
}

TEST_CASE("another thread wakes a wait without end") {
  WatchProbe probe({});
  for (int round = 0; round < 100; ++round) {
    std::thread waker([&] { probe.watch().WakeUp(); });
    CHECK(probe.watch().Wait(absl::InfiniteDuration()) == Wake::kWoken);
    waker.join();
  }
}

TEST_CASE("a signal handler wakes a wait without end and leaves errno alone") {
  WatchProbe probe({});
  woken_by_signal = &probe.watch();
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = WakeFromSignal;
  REQUIRE(sigaction(SIGUSR1, &action, &before) == 0);
  const pthread_t waiter = pthread_self();
  std::thread sender([waiter] { pthread_kill(waiter, SIGUSR1); });
  CHECK(probe.watch().Wait(absl::InfiniteDuration()) == Wake::kWoken);
  sender.join();
  errno = EDOM;
  WakeFromSignal(SIGUSR1);
  CHECK(errno == EDOM);
  sigaction(SIGUSR1, &before, nullptr);
}

TEST_CASE("a change that comes with a wake up is told by the next wait") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  WatchProbe probe({path});
  OpenFile(path, O_TRUNC).Write("new");
  probe.watch().WakeUp();
  CHECK(probe.watch().Wait(kLongWait) == Wake::kWoken);
  CHECK(probe.SeesChange());
}

TEST_CASE("a wake up does not hide that a file is being written") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  WatchProbe probe({path});
  OpenFile file(path, O_TRUNC);
  file.Write("ne");
  probe.watch().WakeUp();
  CHECK(probe.watch().Wait(absl::ZeroDuration()) == Wake::kWoken);
  CHECK(probe.watch().is_being_written());
}

TEST_CASE("a change while somebody waits ends the wait") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  WatchProbe probe({path});
  for (int round = 0; round < 10; ++round) {
    std::thread writer([&] { scratch.Write("policy.yaml", "new"); });
    CHECK(probe.SeesChange());
    writer.join();
    // The writer also sets permissions, which may have come too late for the first.
    probe.watch().Wait(absl::ZeroDuration());
  }
}

TEST_CASE("more events than the kernel keeps count as a change") {
  std::ifstream limit("/proc/sys/fs/inotify/max_queued_events");
  int most = 0;
  REQUIRE(limit >> most);
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  WatchProbe probe({path});
  // Two in turn: the kernel merges an event with an equal one before it.
  const std::string others[] = {scratch.Write("other", "x"), scratch.Write("another", "x")};
  for (int events = 0; events < most + 4000; ++events) {
    REQUIRE(chmod(others[events % 2].c_str(), 0600) == 0);
  }
  OpenFile(path, O_TRUNC).Write("new");
  CHECK(probe.SeesChange());
  CHECK(probe.IsSilent());
  OpenFile(path, O_TRUNC).Write("newer");
  CHECK(probe.SeesChange());
}

TEST_CASE("without inotify a watch is blind and still waits and wakes and sees again later") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  std::unique_ptr<FileWatch> watch;
  std::vector<std::string> problems;
  bool is_blind = false;
  std::vector<Wake> wakes;
  {
    // Nothing is checked in here: the undefined-behaviour sanitizer needs descriptors itself.
    const FewFiles few(1);
    watch = *FileWatch::Create();
    is_blind = watch->is_blind();
    problems = watch->Watch({path});
    wakes.push_back(watch->Wait(absl::Milliseconds(5)));
    watch->WakeUp();
    wakes.push_back(watch->Wait(absl::InfiniteDuration()));
  }
  CHECK(is_blind);
  REQUIRE(problems.size() == 1);
  CHECK_THAT(problems[0], Catch::Matchers::ContainsSubstring(
                              "cannot watch files: inotify gives too many open files; raise"));
  CHECK(wakes == std::vector<Wake>{Wake::kTimeout, Wake::kWoken});
  CHECK(watch->Watch({path}).empty());
  CHECK_FALSE(watch->is_blind());
  OpenFile(path, O_TRUNC).Write("new");
  CHECK(watch->Wait(kLongWait) == Wake::kChanged);
}

TEST_CASE("without any file descriptor there is no watch") {
  absl::Status status;
  {
    const FewFiles few(0);
    status = FileWatch::Create().status();
  }
  CHECK(status.code() == absl::StatusCode::kUnavailable);
}

}  // namespace certgate
