#ifndef CERTGATE_SRC_INTERCEPTOR_CALLBACK_CALL_H_
#define CERTGATE_SRC_INTERCEPTOR_CALLBACK_CALL_H_

#include <certgate/authorizer.h>
#include <grpc/grpc.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <functional>
#include <optional>

#include "src/interceptor/guard.h"
#include "src/interceptor/record_wait.h"
#include "src/interceptor/running_calls.h"

namespace certgate {

/// One call of the callback API, from its decision to its end. Lives in the memory of its call,
/// which gRPC frees when the last reference to the call goes.
class CallbackCall {
 public:
  using HandlerParameter = grpc::internal::MethodHandler::HandlerParameter;

  /// Decides about `call`, whose one request has been taken or which streams requests. `guard` and
  /// `method` must outlive the server.
  static CallbackCall& Begin(const Guard& guard, grpc_call* call, const Guard::Method& method,
                             bool streams_requests) noexcept;

  /// Whether the call is admitted, if only its record gets written. If so, its request is parsed.
  bool may_be_admitted() const { return authorization_.may_be_admitted(); }

  /// Where the real handler keeps what it wants to find in its parameter.
  void** handler_data() { return &handler_data_; }

  /// Runs `handler` with what `parameter` holds, or refuses the call, as soon as it is known
  /// whether its record is written. Once, and last.
  void Run(grpc::internal::MethodHandler& handler, const HandlerParameter& parameter);

  /// Finishes a call that was not begun here.
  static void RefuseUndecided(const HandlerParameter& parameter);

 private:
  CallbackCall(const Guard& guard, grpc_call* call, const Guard::Method& method,
               bool streams_requests)
      : guard_(guard), call_(call), method_(method), streams_requests_(streams_requests) {}

  void GoOn();
  void RunAdmitted();
  HandlerParameter OwnParameter(const grpc::Status& status);
  bool has_parsed_request() const;
  void RefuseParsed();
  void End() noexcept;

  const Guard& guard_;
  grpc_call* const call_;
  const Guard::Method& method_;
  const bool streams_requests_;
  Authorization authorization_;
  void* handler_data_ = nullptr;
  // In the table of running calls once the call is admitted.
  std::optional<RunningCall> entry_;

  RecordWait wait_;

  // Set by `Run`. The parameter is the real handler's; gRPC's own last function is kept beside it.
  grpc::internal::MethodHandler* handler_ = nullptr;
  std::optional<HandlerParameter> parameter_;
  std::function<void()> when_done_;

  // Set once the entry is complete; whoever ends it on another thread looks here first. gRPC orders
  // the two as well, but where no tool and no reader of this file can see it.
  std::atomic<bool> is_complete_{false};
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_CALLBACK_CALL_H_
