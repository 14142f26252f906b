#include "src/interceptor/guarded_sync_method.h"

#include <grpc/byte_buffer.h>
#include <grpc/grpc.h>
#include <grpcpp/support/method_handler.h>

#include <new>
#include <utility>

#include "src/interceptor/running_calls.h"

namespace certgate {
namespace {

using HandlerParameter = grpc::internal::MethodHandler::HandlerParameter;

/// Lives in the memory of its call, which gRPC frees when the last reference to the call goes.
struct SyncCall final : RunningCall {
  using RunningCall::RunningCall;

  static void Begin(const Guard& guard, grpc_call* call, std::string_view path,
                    Authorization admitted) {
    void* place = grpc_call_arena_alloc(call, sizeof(SyncCall));
    guard.supervisor().Enter(*new (place) SyncCall(call, path, std::move(admitted)));
  }

  void End() noexcept {
    RunningCalls::Instance().Remove(*this);
    this->~SyncCall();
  }
};

SyncCall* FindEntry(grpc_call* call) {
  return dynamic_cast<SyncCall*>(RunningCalls::Instance().Find(call));
}

template <grpc::StatusCode code>
void Finish(const HandlerParameter& parameter, const std::string& message) {
  grpc::internal::ErrorMethodHandler<code>(message).RunHandler(parameter);
}

void Refuse(const HandlerParameter& parameter, const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAUTHENTICATED:
      return Finish<grpc::StatusCode::UNAUTHENTICATED>(parameter, status.error_message());
    case grpc::StatusCode::PERMISSION_DENIED:
      return Finish<grpc::StatusCode::PERMISSION_DENIED>(parameter, status.error_message());
    case grpc::StatusCode::UNAVAILABLE:
      return Finish<grpc::StatusCode::UNAVAILABLE>(parameter, status.error_message());
    case grpc::StatusCode::OK:
      return Finish<grpc::StatusCode::INTERNAL>(parameter, "the call was not admitted");
    default:
      return Finish<grpc::StatusCode::INTERNAL>(parameter, status.error_message());
  }
}

}  // namespace

GuardedSyncMethod::GuardedSyncMethod(std::shared_ptr<const Guard> guard, bool streams_requests,
                                     std::string_view path, grpc::internal::MethodHandler* handler)
    : guard_(std::move(guard)),
      streams_requests_(streams_requests),
      method_(guard_->Register(path)),
      handler_(handler) {}

void* GuardedSyncMethod::Deserialize(grpc_call* call, grpc_byte_buffer* request,
                                     grpc::Status* status, void** handler_data) {
  *status = Admit(call);
  if (status->ok()) return handler_->Deserialize(call, request, status, handler_data);
  if (request != nullptr) grpc_byte_buffer_destroy(request);
  return nullptr;
}

void GuardedSyncMethod::RunHandler(const HandlerParameter& parameter) {
  if (streams_requests_) {
    const grpc::Status status = Admit(parameter.call->call());
    if (!status.ok()) return Refuse(parameter, status);
  }
  SyncCall* const entry = FindEntry(parameter.call->call());
  if (entry == nullptr) return Refuse(parameter, parameter.status);
  struct AtEnd {
    SyncCall& entry;
    ~AtEnd() { entry.End(); }
  } at_end{*entry};
  handler_->RunHandler(parameter);
}

grpc::Status GuardedSyncMethod::Admit(grpc_call* call) noexcept {
  Authorization authorization = guard_->Authorize(call, method_);
  if (!authorization.admitted()) return Guard::RefusalStatus(authorization);
  SyncCall::Begin(*guard_, call, method_.path, std::move(authorization));
  return grpc::Status::OK;
}

}  // namespace certgate
