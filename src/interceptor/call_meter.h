#ifndef CERTGATE_SRC_INTERCEPTOR_CALL_METER_H_
#define CERTGATE_SRC_INTERCEPTOR_CALL_METER_H_

#include <certgate/audit_record.h>
#include <grpc/grpc.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/interceptor.h>
#include <grpcpp/support/server_interceptor.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "src/interceptor/guard.h"
#include "src/interceptor/hand_over.h"
#include "src/interceptor/message_form.h"
#include "src/interceptor/running_calls.h"

namespace certgate {

/// Counts what one call receives and sends, takes its status, and records its end, if it was
/// admitted. Belongs to an interceptor of the call. gRPC reads and writes in different threads.
class CallMeter final : public CallObserver {
 public:
  /// How long after its start the context of the call can be asked.
  enum class Asks {
    /// Until its status is sent.
    kUntilStatus = 0,
    /// Until `OnEnd`: the call is one of the sync API, and the handler's thread ends it.
    kUntilEnd,
  };

  /// `guard` and `info` must outlive it.
  CallMeter(const Guard& guard, grpc::experimental::ServerRpcInfo& info, MessageForm received,
            Asks asks);
  ~CallMeter() override;

  /// What the interceptor is shown, before it goes on.
  void Look(grpc::experimental::InterceptorBatchMethods& batch);

  void OnEnd(const Authorization& admitted,
             std::optional<absl::StatusCode> revoked_with) noexcept override;

 private:
  using Time = std::chrono::system_clock::time_point;

  void Observe();
  void TakeStatus(grpc::experimental::InterceptorBatchMethods& batch);
  void LookWhetherCancelled();
  bool RanOutOfTime() const;
  int StatusCode(std::optional<absl::StatusCode> revoked_with) const;

  HandOver hand_over_;
  const Guard& guard_;
  grpc::experimental::ServerRpcInfo& info_;
  const MessageForm received_;
  const Asks asks_;

  const Time began_;
  Time deadline_ = Time::max();
  // Set before the call is observed.
  std::atomic<grpc_call*> call_{nullptr};
  std::atomic<bool> is_observing_{false};

  std::atomic<std::uint64_t> received_messages_{0};
  std::atomic<std::uint64_t> received_bytes_{0};
  std::atomic<std::uint64_t> sent_messages_{0};
  std::atomic<std::uint64_t> sent_bytes_{0};

  // What the handler gave; negative before.
  std::atomic<int> status_{-1};
  // When the call was first seen to be cancelled, by its clock's count; 0 if it was not.
  std::atomic<Time::rep> cancelled_{0};
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_CALL_METER_H_
