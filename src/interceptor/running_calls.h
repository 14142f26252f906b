#ifndef CERTGATE_SRC_INTERCEPTOR_RUNNING_CALLS_H_
#define CERTGATE_SRC_INTERCEPTOR_RUNNING_CALLS_H_

#include <certgate/peer_identity.h>
#include <grpc/grpc.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

namespace certgate {

/// One admitted call that has not ended. Belongs to whoever admitted it, who removes it from the
/// table before it goes, and keeps `call` alive until then: gRPC uses the addresses of ended calls
/// again, and an entry must never speak for a later call.
struct RunningCall {
  RunningCall(grpc_call* running, std::shared_ptr<const PeerIdentity> admitted)
      : call(running), caller(std::move(admitted)) {}
  virtual ~RunningCall() = default;
  RunningCall(const RunningCall&) = delete;
  RunningCall& operator=(const RunningCall&) = delete;

  grpc_call* const call;
  const std::shared_ptr<const PeerIdentity> caller;

 private:
  friend class RunningCalls;
  RunningCall* next_ = nullptr;
  // A call may end on another thread than it began on. gRPC orders the two, but where no reader of
  // this file and no tool can see it; this does so in plain view.
  std::atomic<bool> added_{false};
};

/// The admitted calls of this process, found by gRPC's call. A call that is not in here has not
/// been admitted: handlers are run, and callers told, by this table alone. It links the entries
/// that others own and allocates nothing. Thread-safe.
class RunningCalls {
 public:
  /// The one table: a handler has nothing but its context to ask with.
  static RunningCalls& Instance();

  void Add(RunningCall& entry) noexcept;
  void Remove(RunningCall& entry) noexcept;
  /// The entry of `call`, or null. Only for those who know that it cannot go meanwhile.
  RunningCall* Find(const grpc_call* call) noexcept;
  /// The caller of `call`, or null if it was not admitted or has ended.
  std::shared_ptr<const PeerIdentity> CallerOf(const grpc_call* call) noexcept;

 private:
  struct alignas(64) Bucket {
    std::mutex mutex;
    RunningCall* first = nullptr;
  };
  Bucket& BucketOf(const grpc_call* call) noexcept;

  std::array<Bucket, 1024> buckets_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_RUNNING_CALLS_H_
