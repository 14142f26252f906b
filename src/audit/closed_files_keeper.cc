#include "src/audit/closed_files_keeper.h"

#include <absl/status/status.h>
#include <absl/time/clock.h>
#include <pthread.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <exception>
#include <system_error>
#include <utility>

#include "src/audit/packed_file.h"

namespace certgate {
namespace {

constexpr std::chrono::minutes kPause(10);

// Neither the processor nor the disk is to be taken from calls. If the system refuses, the thread
// does its work all the same.
void LowerPriority() {
  constexpr int kLowest = 19;
  constexpr int kProcess = 1;          // IOPRIO_WHO_PROCESS: this thread
  constexpr int kIdleClass = 3 << 13;  // IOPRIO_CLASS_IDLE
  setpriority(PRIO_PROCESS, 0, kLowest);
  syscall(SYS_ioprio_set, kProcess, 0, kIdleClass);
}

// A thread that begins in this object's life takes no signals: they are for those of the
// application. Those that its own writes raise stay pending in it and harm nothing.
class WithoutSignals {
 public:
  WithoutSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~WithoutSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  WithoutSignals(const WithoutSignals&) = delete;
  WithoutSignals& operator=(const WithoutSignals&) = delete;

 private:
  sigset_t before_;
};

bool IsOurs(const ClosedFile& file) { return file.name.by == NamedBy::kCertgate; }

// The packing of a packed file beside `file` that a crash left there, before `file` was removed.
Packing TwinOf(const ClosedFile& file, const std::vector<ClosedFile>& files) {
  for (const ClosedFile& other : files) {
    if (IsOurs(other) && other.name.packing != Packing::kNone &&
        other.name.mark == file.name.mark) {
      return other.name.packing;
    }
  }
  return Packing::kNone;
}

}  // namespace

ClosedFilesKeeper::ClosedFilesKeeper(std::shared_ptr<const FilePlace> place, Packing packing,
                                     Retention retention)
    : place_(std::move(place)), packing_(packing), retention_(retention) {
  const WithoutSignals quiet;
  thread_ = std::thread(&ClosedFilesKeeper::Run, this);
}

ClosedFilesKeeper::~ClosedFilesKeeper() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ClosedFilesKeeper::Look() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    look_ = true;
  }
  changed_.notify_all();
}

void ClosedFilesKeeper::Run() {
  LowerPriority();
  while (true) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait_for(lock, kPause, [this] { return look_ || stopped_; });
      if (stopped_) return;
      look_ = false;
    }
    try {
      LookOnce();
    } catch (const std::exception& error) {
      spdlog::warn("closed audit files beside `{}` could not be looked after: {}",
                   place_->PathOf(place_->name), error.what());
    }
  }
}

void ClosedFilesKeeper::LookOnce() {
  const absl::StatusOr<std::vector<ClosedFile>> files = ListClosedFiles(*place_);
  if (!files.ok()) {
    TellFailure(place_->name,
                "closed files are not looked after: " + std::string(files.status().message()));
    return;
  }
  PackFiles(*files);
  if (retention_.is_limited() && !stopped_) DeleteSurplus();
}

void ClosedFilesKeeper::PackFiles(const std::vector<ClosedFile>& files) {
  for (const ClosedFile& file : files) {
    if (!IsOurs(file) || file.name.packing != Packing::kNone) continue;
    const Packing twin = TwinOf(file, files);
    const Packing packing = twin == Packing::kNone ? packing_ : twin;
    if (packing == Packing::kNone) continue;
    const absl::Status status =
        ReplaceByPacked(*place_, file.name.name, packing, [this] { return stopped_.load(); });
    if (absl::IsCancelled(status)) return;
    if (status.ok()) {
      spdlog::info("closed audit file `{}` is compressed", place_->PathOf(file.name.name));
    } else {
      TellFailure(file.name.name, "it is not compressed: " + std::string(status.message()));
    }
  }
}

void ClosedFilesKeeper::DeleteSurplus() {
  absl::StatusOr<std::vector<ClosedFile>> files = ListClosedFiles(*place_);
  if (!files.ok()) return;
  std::erase_if(*files, [](const ClosedFile& file) { return !IsOurs(file); });
  for (const Surplus& surplus : FindSurplus(*files, retention_, absl::Now())) {
    if (unlinkat(place_->directory.get(), surplus.name.c_str(), 0) == 0) {
      spdlog::info("closed audit file `{}` is deleted: {}", place_->PathOf(surplus.name),
                   surplus.why);
    } else {
      TellFailure(surplus.name, "it cannot be deleted: " + std::system_category().message(errno));
      return;  // what is older stays, so what is newer stays too: no hole in the trail
    }
  }
}

void ClosedFilesKeeper::TellFailure(const std::string& name, const std::string& what) {
  constexpr std::size_t kMostTold = 1000;
  if (told_.size() >= kMostTold) told_.clear();
  if (!told_.insert(name + what).second) return;
  spdlog::warn("audit file `{}`: {}; it is tried again later", place_->PathOf(name), what);
}

}  // namespace certgate
