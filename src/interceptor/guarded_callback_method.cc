#include "src/interceptor/guarded_callback_method.h"

#include <grpc/byte_buffer.h>
#include <grpc/grpc.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <utility>

#include "src/interceptor/callback_call.h"

namespace certgate {

GuardedCallbackMethod::GuardedCallbackMethod(std::shared_ptr<const Guard> guard,
                                             bool streams_requests, std::string_view path,
                                             grpc::internal::MethodHandler* handler)
    : guard_(std::move(guard)),
      streams_requests_(streams_requests),
      method_(guard_->Register(path)),
      handler_(handler) {}

void* GuardedCallbackMethod::Deserialize(grpc_call* call, grpc_byte_buffer* request,
                                         grpc::Status* status, void** handler_data) {
  CallbackCall& guarded = CallbackCall::Begin(*guard_, call, method_, streams_requests_);
  // What `RunHandler` finds in its parameter; the real handler's own is kept in there.
  *handler_data = &guarded;
  if (guarded.may_be_admitted()) {
    return handler_->Deserialize(call, request, status, guarded.handler_data());
  }
  if (request != nullptr) grpc_byte_buffer_destroy(request);
  *status = grpc::Status(grpc::StatusCode::INTERNAL, "the call was not admitted");
  return nullptr;
}

void GuardedCallbackMethod::RunHandler(const HandlerParameter& parameter) {
  auto* guarded = static_cast<CallbackCall*>(parameter.internal_data);
  if (streams_requests_) {
    guarded = &CallbackCall::Begin(*guard_, parameter.call->call(), method_, streams_requests_);
  }
  if (guarded == nullptr) return CallbackCall::RefuseUndecided(parameter);
  guarded->Run(*handler_, parameter);
}

}  // namespace certgate
