#include "src/interceptor/call_supervisor.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <limits>
#include <new>
#include <string>
#include <system_error>
#include <utility>

#include "src/interceptor/call_facts.h"
#include "src/interceptor/guard.h"

namespace certgate {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
// While calls are running whose time will come, the clock is looked at this often: it may be set.
constexpr auto kLook = std::chrono::milliseconds(100);

// InfinitePast and InfiniteFuture become the least and the largest number.
std::int64_t NanosecondsOf(absl::Time time) { return absl::ToUnixNanos(time); }

}  // namespace

CallSupervisor::CallSupervisor(std::shared_ptr<Authorizer> authorizer)
    : authorizer_(std::move(authorizer)), wake_at_(kNever) {
  // Last: it may be called at once.
  listener_ = authorizer_->AddListener([this] { Poke(); });
}

CallSupervisor::~CallSupervisor() {
  authorizer_->RemoveListener(listener_);
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  RecordEnds();
}

absl::Status CallSupervisor::Start() {
  try {
    thread_ = std::thread([this] { Run(); });
    return absl::OkStatus();
  } catch (const std::system_error& error) {
    return absl::ResourceExhaustedError(
        std::string("no thread can be started to watch over running calls: ") + error.what());
  }
}

void CallSupervisor::Enter(RunningCall& entry) noexcept {
  // In the table it may be decided again at once, by another thread.
  const std::uint64_t generation = entry.generation();
  const absl::Time due = entry.due();
  RunningCalls::Instance().Add(entry, this);
  // Whoever replaces the snapshot counts the generation up before the table is looked through. So
  // either the entry is found there, or the new generation is seen here.
  const bool is_outdated = generation != authorizer_->generation();
  LowerWakeTime(is_outdated ? absl::InfinitePast() : due);
}

std::size_t CallSupervisor::running() const noexcept {
  return RunningCalls::Instance().CountOf(this);
}

void CallSupervisor::LowerWakeTime(absl::Time due) noexcept {
  const std::int64_t at = NanosecondsOf(due);
  std::int64_t known = wake_at_.load();
  while (at < known) {
    if (wake_at_.compare_exchange_weak(known, at)) return Poke();
  }
}

void CallSupervisor::Poke() noexcept {
  {
    const std::lock_guard lock(mutex_);
    is_poked_ = true;
  }
  wake_.notify_one();
}

void CallSupervisor::WaitUntilDue() {
  std::unique_lock lock(mutex_);
  const auto awake = [this] { return is_poked_ || stops_; };
  if (wake_at_.load() == kNever) {
    wake_.wait(lock, awake);
  } else {
    wake_.wait_for(lock, kLook, awake);
  }
  is_poked_ = false;
}

void CallSupervisor::Run() noexcept {
  std::uint64_t swept = 0;
  for (;;) {
    WaitUntilDue();
    {
      const std::lock_guard lock(mutex_);
      if (stops_) return;
    }
    // Whatever was revoked by now is recorded.
    RecordEnds();
    const std::uint64_t generation = authorizer_->generation();
    const absl::Time now = authorizer_->Now();
    if (generation == swept && NanosecondsOf(now) < wake_at_.load()) continue;
    // Before the table is looked through: a call that comes in meanwhile lowers it again.
    wake_at_.store(kNever);
    LowerWakeTime(Sweep(generation, now));
    swept = generation;
  }
}

absl::Time CallSupervisor::Sweep(std::uint64_t generation, absl::Time now) noexcept {
  RunningCalls& calls = RunningCalls::Instance();
  absl::Time next_due = absl::InfiniteFuture();
  for (std::size_t bucket = 0; bucket < RunningCalls::kBuckets; ++bucket) {
    while (std::optional<HeldCall> held =
               calls.HoldStale(bucket, this, generation, now, next_due)) {
      Reconsider(*std::move(held));
    }
  }
  // Not before all are ended: a trail that makes its writer wait must not keep the next one alive.
  for (const Ended& one : ended_) Record(one.call, one.refusal);
  ended_.clear();
  return next_due;
}

void CallSupervisor::Reconsider(HeldCall held) noexcept {
  std::optional<Authorization> refusal = authorizer_->Reconsider(held.admitted, held.path);
  if (!refusal.has_value()) return RunningCalls::Instance().NoteAdmitted(held);
  // One that is over has lost nothing.
  if (!RunningCalls::Instance().NoteRevoked(held, refusal->code)) return;
  revoked_.fetch_add(1, std::memory_order_relaxed);
  Guard::End(held.call(), *refusal);
  RecordLater(std::move(held), *std::move(refusal));
}

void CallSupervisor::RecordEndLater(HeldCall call, const CallEnd& end) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    over_.push_back({std::move(call), end});
    is_poked_ = true;
  } catch (const std::exception&) {
    spdlog::error("the end of a call was not recorded: out of memory");
  }
  wake_.notify_one();
}

void CallSupervisor::RecordEnds() noexcept {
  std::vector<Over> over;
  {
    const std::lock_guard lock(mutex_);
    over.swap(over_);
  }
  for (const Over& one : over) {
    const PeerOfCall peer(one.call.call());
    authorizer_->RecordEnd(one.call.admitted, peer.Facts(one.call.path), one.end);
  }
}

void CallSupervisor::RecordLater(HeldCall held, Authorization refusal) noexcept {
  try {
    if (ended_.size() == ended_.capacity()) ended_.reserve(2 * ended_.size() + 16);
  } catch (const std::bad_alloc&) {
    return Record(held, refusal);
  }
  ended_.push_back({std::move(held), std::move(refusal)});
}

void CallSupervisor::Record(const HeldCall& held, const Authorization& refusal) noexcept {
  const PeerOfCall peer(held.call());
  authorizer_->Record(refusal, held.admitted, peer.Facts(held.path));
}

}  // namespace certgate
