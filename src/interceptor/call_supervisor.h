#ifndef CERTGATE_SRC_INTERCEPTOR_CALL_SUPERVISOR_H_
#define CERTGATE_SRC_INTERCEPTOR_CALL_SUPERVISOR_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <certgate/audit_record.h>
#include <certgate/authorizer.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "src/interceptor/running_calls.h"

namespace certgate {

/// Ends running calls that have lost their right: decides each of them again when policy or trust
/// is replaced, and when a certificate, a CRL or an entry of the policy ends on which it depends.
/// Thread-safe.
class CallSupervisor {
 public:
  explicit CallSupervisor(std::shared_ptr<Authorizer> authorizer);
  ~CallSupervisor();
  CallSupervisor(const CallSupervisor&) = delete;
  CallSupervisor& operator=(const CallSupervisor&) = delete;

  /// Starts the thread that decides again. ResourceExhausted if there is none to be had.
  absl::Status Start();

  /// Enters an admitted call into the table of running calls. Its owner removes it.
  void Enter(RunningCall& entry) noexcept;

  /// Records how a call ended that was revoked, after the record of that.
  void RecordEndLater(HeldCall call, const CallEnd& end) noexcept;

  std::size_t running() const noexcept;
  /// The number of calls that have been ended.
  std::uint64_t revoked() const noexcept { return revoked_.load(std::memory_order_relaxed); }

 private:
  void Run() noexcept;
  void WaitUntilDue();
  void Poke() noexcept;
  void LowerWakeTime(absl::Time due) noexcept;
  /// A call that has been ended and is still to be recorded.
  struct Ended {
    HeldCall call;
    Authorization refusal;
  };

  /// A revoked call that is over, and whose end is still to be recorded.
  struct Over {
    HeldCall call;
    CallEnd end;
  };

  /// Decides again each stale call, ends those that have lost their right, and then records them;
  /// returns when the next one is due.
  absl::Time Sweep(std::uint64_t generation, absl::Time now) noexcept;
  void Reconsider(HeldCall held) noexcept;
  void RecordLater(HeldCall held, Authorization refusal) noexcept;
  void Record(const HeldCall& held, const Authorization& refusal) noexcept;
  void RecordEnds() noexcept;

  const std::shared_ptr<Authorizer> authorizer_;
  std::uint64_t listener_ = 0;
  std::atomic<std::uint64_t> revoked_{0};
  std::vector<Ended> ended_;  // of the thread alone
  // When the next call is due, in nanoseconds since 1970, as far as is known.
  std::atomic<std::int64_t> wake_at_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool is_poked_ = false;   // guarded by mutex_
  bool stops_ = false;      // guarded by mutex_
  std::vector<Over> over_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_CALL_SUPERVISOR_H_
