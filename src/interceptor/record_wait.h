#ifndef CERTGATE_SRC_INTERCEPTOR_RECORD_WAIT_H_
#define CERTGATE_SRC_INTERCEPTOR_RECORD_WAIT_H_

#include <grpc/support/time.h>
#include <grpcpp/alarm.h>

#include <atomic>
#include <functional>
#include <optional>
#include <utility>

#include "src/interceptor/hand_over.h"

namespace certgate {

/// Lets a call go on when two things are so: it is known whether its record was written, and gRPC
/// has come to where the call can be answered. Each is told once, from any thread; the second goes
/// on.
class RecordWait {
 public:
  /// It is known, and `is_recorded` means something, before `Arrive`.
  void Know(bool is_recorded) noexcept {
    is_recorded_.store(is_recorded, std::memory_order_relaxed);
    missing_.fetch_sub(1, std::memory_order_acq_rel);
  }

  /// It has become known to the thread that writes records, which must not be kept busy by an
  /// application. If `Arrive` was called, `go_on` is run once on one of gRPC's own threads, where
  /// its handlers are at home; it may destroy this object.
  void Know(bool is_recorded, std::function<void()> go_on) noexcept {
    is_recorded_.store(is_recorded, std::memory_order_relaxed);
    if (missing_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    go_on_ = std::move(go_on);
    hand_over_.Give();
    alarm_.emplace().Set(gpr_inf_past(GPR_CLOCK_MONOTONIC), [this](bool) {
      hand_over_.Take();
      // It may destroy this object, and must not be destroyed itself while it runs.
      const std::function<void()> last = std::move(go_on_);
      last();
    });
  }

  /// gRPC is there. True if the call is to go on at once, in this thread.
  bool Arrive() noexcept { return missing_.fetch_sub(1, std::memory_order_acq_rel) == 1; }

  /// For whoever goes on.
  bool is_recorded() const noexcept { return is_recorded_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int> missing_{2};
  std::atomic<bool> is_recorded_{false};
  std::function<void()> go_on_;
  std::optional<grpc::Alarm> alarm_;
  HandOver hand_over_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_RECORD_WAIT_H_
