#include <absl/time/clock.h>
#include <certgate/handshake_failures.h>
#include <certgate/record_id.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "src/interceptor/handshake_limiter.h"
#include "src/interceptor/handshake_message.h"

namespace certgate {
namespace {

// Reports that wait for the sink; what exceeds them is only counted.
constexpr std::size_t kMostWaiting = 1'000;

}  // namespace

// gRPC logs under locks of its own, where a sink that writes to a disk has no business: a thread
// calls it.
class HandshakeFailures::Worker {
 public:
  explicit Worker(HandshakeSink sink) : sink_(std::move(sink)), thread_([this] { Run(); }) {}
  ~Worker() {
    {
      const std::lock_guard lock(mutex_);
      is_ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void Take(HandshakeFailure failure) {
    {
      const std::lock_guard lock(mutex_);
      const absl::Time now = absl::Now();
      limiter_.TakeFinished(now, waiting_);
      auto report = limiter_.Take(now, std::move(failure), waiting_.size() < kMostWaiting);
      if (report) waiting_.push_back(*std::move(report));
    }
    wake_.notify_one();
  }

  // For want of memory.
  void CountLost() noexcept { ++lost_; }

 private:
  void Run();
  // Waits for something to do, and returns false once there is nothing left and never will be.
  bool Await(std::vector<HandshakeReport>& reports);
  void AddLost(absl::Time now, std::vector<HandshakeReport>& reports);
  void Write(const HandshakeReport& report);

  const HandshakeSink sink_;
  std::atomic<std::uint64_t> lost_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  HandshakeLimiter limiter_;              // guarded by mutex_
  std::vector<HandshakeReport> waiting_;  // guarded by mutex_
  bool is_ending_ = false;                // guarded by mutex_
  std::thread thread_;                    // the last: it uses all of the above
};

bool HandshakeFailures::Worker::Await(std::vector<HandshakeReport>& reports) {
  std::unique_lock lock(mutex_);
  if (waiting_.empty() && !is_ending_) {
    // At most a window: the wall clock may be set while this waits.
    const absl::Duration longest = HandshakeLimiter::Window();
    const absl::Duration wait = limiter_.NextEnd() - absl::Now();
    wake_.wait_for(lock,
                   absl::ToChronoMilliseconds(std::clamp(wait, absl::Milliseconds(1), longest)),
                   [this] { return is_ending_ || !waiting_.empty(); });
  }
  const absl::Time now = absl::Now();
  if (is_ending_) {
    limiter_.TakeAll(now, waiting_);
  } else {
    limiter_.TakeFinished(now, waiting_);
  }
  AddLost(now, waiting_);
  reports.swap(waiting_);
  return !is_ending_ || !reports.empty();
}

void HandshakeFailures::Worker::AddLost(absl::Time now, std::vector<HandshakeReport>& reports) {
  const std::uint64_t lost = lost_.load();
  if (lost == 0) return;
  reports.push_back({now, {"not known for lack of memory", ""}, lost, now});
  lost_ -= lost;
}

void HandshakeFailures::Worker::Write(const HandshakeReport& report) {
  const RecordId id = RecordId::Generate(report.time);
  HandshakeRecord record;
  record.time = report.time;
  record.id = id.text();
  record.cause = report.failure.cause;
  record.peer.uri = report.failure.peer;
  record.count = report.count;
  record.since = report.since;
  sink_(record);
}

void HandshakeFailures::Worker::Run() {
  std::vector<HandshakeReport> reports;
  bool goes_on = true;
  while (goes_on) {
    try {
      goes_on = Await(reports);
    } catch (const std::exception&) {
      // Out of memory: what is not yet in `reports` stays where it is, for the next round.
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    for (const HandshakeReport& report : reports) Write(report);
    reports.clear();
  }
}

HandshakeFailures::HandshakeFailures(HandshakeSink sink)
    : worker_(std::make_unique<Worker>(std::move(sink))) {}

HandshakeFailures::~HandshakeFailures() = default;

bool HandshakeFailures::Observe(const char* file, const char* message) noexcept {
  try {
    std::optional<HandshakeFailure> failure = ReadHandshakeMessage(file, message);
    if (!failure) return false;
    worker_->Take(*std::move(failure));
  } catch (const std::exception&) {
    worker_->CountLost();
  }
  return true;
}

void HandshakeFailures::Add(std::string_view cause, std::string_view peer) noexcept {
  try {
    worker_->Take({std::string(cause), std::string(peer)});
  } catch (const std::exception&) {
    worker_->CountLost();
  }
}

}  // namespace certgate
