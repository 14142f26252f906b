#include "src/interceptor/guarded_method.h"

#include <grpc/byte_buffer.h>
#include <grpc/grpc.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/method_handler.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <functional>
#include <new>
#include <utility>

#include "src/interceptor/running_calls.h"

namespace certgate {
namespace {

using HandlerParameter = grpc::internal::MethodHandler::HandlerParameter;

/// Lives in the memory of its call, which gRPC frees when the last reference to the call goes.
struct GuardedCall final : RunningCall {
  using RunningCall::RunningCall;

  static void Begin(const Guard& guard, grpc_call* call, std::string_view path,
                    const Authorization& admitted) {
    void* place = grpc_call_arena_alloc(call, sizeof(GuardedCall));
    guard.supervisor().Enter(*new (place) GuardedCall(call, path, admitted), admitted);
  }

  void End() noexcept {
    RunningCalls::Instance().Remove(*this);
    this->~GuardedCall();
  }

  /// What gRPC wants to be called when a callback call is done.
  std::function<void()> when_done;
  /// Set once the entry is complete; whoever ends it on another thread looks here first. gRPC
  /// orders the two as well, but where no tool and no reader of this file can see it.
  std::atomic<bool> complete{false};
};

GuardedCall* FindGuarded(grpc_call* call) {
  return dynamic_cast<GuardedCall*>(RunningCalls::Instance().Find(call));
}

template <grpc::StatusCode code>
void FinishSync(const HandlerParameter& parameter, const std::string& message) {
  grpc::internal::ErrorMethodHandler<code>(message).RunHandler(parameter);
}

void FinishSync(const HandlerParameter& parameter, const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAUTHENTICATED:
      return FinishSync<grpc::StatusCode::UNAUTHENTICATED>(parameter, status.error_message());
    case grpc::StatusCode::PERMISSION_DENIED:
      return FinishSync<grpc::StatusCode::PERMISSION_DENIED>(parameter, status.error_message());
    case grpc::StatusCode::UNAVAILABLE:
      return FinishSync<grpc::StatusCode::UNAVAILABLE>(parameter, status.error_message());
    default:
      return FinishSync<grpc::StatusCode::INTERNAL>(parameter, status.error_message());
  }
}

class RefusingReactor final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit RefusingReactor(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

// A bidirectional handler finishes all four kinds: it reads nothing and writes only the status.
void FinishCallback(const HandlerParameter& parameter, const grpc::Status& status) {
  grpc::internal::CallbackBidiHandler<grpc::ByteBuffer, grpc::ByteBuffer> refusing(
      [&status](grpc::CallbackServerContext*) { return new RefusingReactor(status); });
  // With a status other than OK gRPC would answer UNIMPLEMENTED in place of it.
  refusing.RunHandler(HandlerParameter(parameter.call, parameter.server_context, nullptr,
                                       grpc::Status::OK, nullptr, parameter.call_requester));
}

void RunSync(grpc::internal::MethodHandler& handler, const HandlerParameter& parameter,
             GuardedCall& entry) {
  struct AtEnd {
    GuardedCall& entry;
    ~AtEnd() { entry.End(); }
  } at_end{entry};
  handler.RunHandler(parameter);
}

void RunCallback(grpc::internal::MethodHandler& handler, const HandlerParameter& parameter,
                 GuardedCall& entry) {
  entry.when_done = parameter.call_requester;
  entry.complete.store(true, std::memory_order_release);
  // gRPC drops its reference before it calls when_done, and the entry with the call's memory.
  grpc_call_ref(entry.call);
  handler.RunHandler(HandlerParameter(parameter.call, parameter.server_context, parameter.request,
                                      parameter.status, parameter.internal_data, [&entry] {
                                        entry.complete.wait(false, std::memory_order_acquire);
                                        grpc_call* const call = entry.call;
                                        const auto when_done = std::move(entry.when_done);
                                        entry.End();
                                        grpc_call_unref(call);
                                        when_done();
                                      }));
}

}  // namespace

GuardedMethod::GuardedMethod(std::shared_ptr<const Guard> guard, HandlerApi api,
                             bool streams_requests, std::string_view path,
                             grpc::internal::MethodHandler* handler)
    : guard_(std::move(guard)),
      api_(api),
      streams_requests_(streams_requests),
      path_(path),
      handler_(handler) {}

void* GuardedMethod::Deserialize(grpc_call* call, grpc_byte_buffer* request, grpc::Status* status,
                                 void** handler_data) {
  *status = Admit(call);
  if (status->ok()) return handler_->Deserialize(call, request, status, handler_data);
  if (request != nullptr) grpc_byte_buffer_destroy(request);
  return nullptr;
}

void GuardedMethod::RunHandler(const HandlerParameter& parameter) {
  if (streams_requests_) {
    const grpc::Status status = Admit(parameter.call->call());
    if (!status.ok()) return Refuse(parameter, status);
  }
  GuardedCall* const entry = FindGuarded(parameter.call->call());
  if (entry == nullptr) return Refuse(parameter, parameter.status);
  if (api_ == HandlerApi::kSync) {
    RunSync(*handler_, parameter, *entry);
  } else {
    RunCallback(*handler_, parameter, *entry);
  }
}

grpc::Status GuardedMethod::Admit(grpc_call* call) noexcept {
  const Authorization authorization = guard_->Authorize(call, path_);
  if (!authorization.admitted()) return Guard::RefusalStatus(authorization);
  GuardedCall::Begin(*guard_, call, path_, authorization);
  return grpc::Status::OK;
}

void GuardedMethod::Refuse(const HandlerParameter& parameter, const grpc::Status& status) {
  const grpc::Status refusal =
      status.ok() ? grpc::Status(grpc::StatusCode::INTERNAL, "the call was not admitted") : status;
  if (api_ == HandlerApi::kSync) {
    FinishSync(parameter, refusal);
  } else {
    FinishCallback(parameter, refusal);
  }
}

}  // namespace certgate
