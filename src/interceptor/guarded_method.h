#ifndef CERTGATE_SRC_INTERCEPTOR_GUARDED_METHOD_H_
#define CERTGATE_SRC_INTERCEPTOR_GUARDED_METHOD_H_

#include <grpcpp/impl/rpc_service_method.h>

#include <memory>
#include <string_view>

#include "src/interceptor/guard.h"

namespace certgate {

/// Which of gRPC's two APIs a handler was written for; it tells how a refused call is finished.
enum class HandlerApi { kSync, kCallback };

/// A method handler in front of the real one: it runs the real one for admitted calls only.
///
/// A method with one request decides in `Deserialize`, before a byte of the request is parsed; a
/// method with a stream of requests has none yet then and decides at the start of `RunHandler`.
/// What ties the two together is the table of running calls: without an entry there the handler is
/// not run, whatever came before.
class GuardedMethod final : public grpc::internal::MethodHandler {
 public:
  /// `handler` belongs to the application's service, which outlives this; `path` to the method.
  GuardedMethod(std::shared_ptr<const Guard> guard, HandlerApi api, bool streams_requests,
                std::string_view path, grpc::internal::MethodHandler* handler);

  void* Deserialize(grpc_call* call, grpc_byte_buffer* request, grpc::Status* status,
                    void** handler_data) override;
  void RunHandler(const HandlerParameter& parameter) override;

 private:
  grpc::Status Admit(grpc_call* call) noexcept;
  void Refuse(const HandlerParameter& parameter, const grpc::Status& status);

  const std::shared_ptr<const Guard> guard_;
  const HandlerApi api_;
  const bool streams_requests_;
  const std::string_view path_;
  grpc::internal::MethodHandler* const handler_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_GUARDED_METHOD_H_
