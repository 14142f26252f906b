#ifndef CERTGATE_SRC_INTERCEPTOR_RUNNING_CALLS_H_
#define CERTGATE_SRC_INTERCEPTOR_RUNNING_CALLS_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <certgate/authorizer.h>
#include <certgate/peer_identity.h>
#include <grpc/grpc.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace certgate {

class CallSupervisor;

/// Is told of the end of one call.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  /// The call that `admitted` let in is over; `revoked_with` is the status with which it was ended,
  /// if it was. Called once, by the thread that ends it, while gRPC's call is still there.
  virtual void OnEnd(const Authorization& admitted,
                     std::optional<absl::StatusCode> revoked_with) noexcept = 0;
};

/// One admitted call that has not ended. Belongs to whoever admitted it, who removes it from the
/// table before it goes, and keeps `call` alive until then: gRPC uses the addresses of ended calls
/// again, and an entry must never speak for a later call.
struct RunningCall {
  /// `path` must outlive the server.
  RunningCall(grpc_call* running, std::string_view its_path, Authorization authorization)
      : call(running), path(its_path), admitted_(std::move(authorization)) {}
  virtual ~RunningCall() = default;
  RunningCall(const RunningCall&) = delete;
  RunningCall& operator=(const RunningCall&) = delete;

  grpc_call* const call;
  const std::string_view path;

  /// What it was admitted by, and until when; before it is in the table.
  std::uint64_t generation() const { return admitted_.generation; }
  absl::Time due() const { return admitted_.reconsider_at; }

 private:
  friend class RunningCalls;
  RunningCall* next_ = nullptr;
  // All guarded by the lock of the bucket while the entry is in the table.
  const CallSupervisor* supervisor_ = nullptr;
  Authorization admitted_;
  std::optional<absl::StatusCode> revoked_with_;
  CallObserver* observer_ = nullptr;
  // A call may end on another thread than it began on. gRPC orders the two, but where no reader of
  // this file and no tool can see it; this does so in plain view.
  std::atomic<bool> added_{false};
};

/// A running call that cannot go while this object lives.
class HeldCall {
 public:
  HeldCall(grpc_call* running, std::string_view its_path, Authorization authorization) noexcept
      : path(its_path), admitted(std::move(authorization)), call_(running) {
    grpc_call_ref(running);
  }

  grpc_call* call() const { return call_.get(); }
  std::string_view path;
  Authorization admitted;

 private:
  struct Unref {
    void operator()(grpc_call* call) const { grpc_call_unref(call); }
  };
  std::unique_ptr<grpc_call, Unref> call_;
};

/// The admitted calls of this process, found by gRPC's call. A call that is not in here has not
/// been admitted: handlers are run, and callers told, by this table alone. It links the entries
/// that others own and allocates nothing. Thread-safe.
class RunningCalls {
 public:
  static constexpr std::size_t kBuckets = 1024;

  /// The one table: a handler has nothing but its context to ask with.
  static RunningCalls& Instance();

  /// `supervisor` is the one that may hold the call and revoke it; null for none.
  void Add(RunningCall& entry, const CallSupervisor* supervisor = nullptr) noexcept;
  /// Tells the entry's observer.
  void Remove(RunningCall& entry) noexcept;
  /// `observer` is told of the end of `call`; it must live until then, or stop observing. False if
  /// the call is not in the table.
  bool Observe(const grpc_call* call, CallObserver& observer) noexcept;
  /// `observer` is told now, unless it has been.
  void StopObserving(const grpc_call* call, const CallObserver& observer) noexcept;
  /// The entry of `call`, or null. Only for those who know that it cannot go meanwhile.
  RunningCall* Find(const grpc_call* call) noexcept;
  /// The caller of `call`, or null if it was not admitted or has ended.
  std::shared_ptr<const PeerIdentity> CallerOf(const grpc_call* call) noexcept;

  /// Holds one call in bucket `bucket` that belongs to `supervisor`, has not been revoked, and was
  /// decided under an older generation than `generation` or is due at `now`; nothing if there is
  /// none. Lowers `next_due` to the earliest moment at which one of the others there is due.
  std::optional<HeldCall> HoldStale(std::size_t bucket, const CallSupervisor* supervisor,
                                    std::uint64_t generation, absl::Time now,
                                    absl::Time& next_due) noexcept;
  /// A held call was decided again, and may go on as `held.admitted` says, or is being ended with
  /// the status `with` and is not to be held again. Does nothing if the call has ended meanwhile;
  /// `NoteRevoked` is false then.
  void NoteAdmitted(const HeldCall& held) noexcept;
  bool NoteRevoked(const HeldCall& held, absl::StatusCode with) noexcept;
  /// The number of calls of `supervisor` that are running now.
  std::size_t CountOf(const CallSupervisor* supervisor) noexcept;

 private:
  struct alignas(64) Bucket {
    std::mutex mutex;
    RunningCall* first = nullptr;
  };
  Bucket& BucketOf(const grpc_call* call) noexcept;

  std::array<Bucket, kBuckets> buckets_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_RUNNING_CALLS_H_
