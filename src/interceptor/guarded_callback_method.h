#ifndef CERTGATE_SRC_INTERCEPTOR_GUARDED_CALLBACK_METHOD_H_
#define CERTGATE_SRC_INTERCEPTOR_GUARDED_CALLBACK_METHOD_H_

#include <grpcpp/impl/rpc_service_method.h>

#include <memory>
#include <string_view>

#include "src/interceptor/guard.h"

namespace certgate {

/// A handler of gRPC's callback API in front of the real one: it runs the real one for admitted
/// calls only, once their record is written. Where that takes a wait for the disk, no thread of
/// gRPC waits: the real handler is started later.
///
/// A method with one request decides in `Deserialize`, before a byte of the request is parsed; a
/// method with a stream of requests has none yet then and decides at the start of `RunHandler`.
class GuardedCallbackMethod final : public grpc::internal::MethodHandler {
 public:
  /// `handler` belongs to the application's service, which outlives this; `path` to the method.
  GuardedCallbackMethod(std::shared_ptr<const Guard> guard, bool streams_requests,
                        std::string_view path, grpc::internal::MethodHandler* handler);

  void* Deserialize(grpc_call* call, grpc_byte_buffer* request, grpc::Status* status,
                    void** handler_data) override;
  void RunHandler(const HandlerParameter& parameter) override;

 private:
  const std::shared_ptr<const Guard> guard_;
  const bool streams_requests_;
  const Guard::Method method_;
  grpc::internal::MethodHandler* const handler_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_GUARDED_CALLBACK_METHOD_H_
