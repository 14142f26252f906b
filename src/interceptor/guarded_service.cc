#include "src/interceptor/guarded_service.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>
#include <google/protobuf/descriptor.h>
#include <grpcpp/impl/rpc_service_method.h>

#include <utility>

#include "src/interceptor/guarded_callback_method.h"
#include "src/interceptor/guarded_sync_method.h"

namespace certgate {
namespace {

using RpcType = grpc::internal::RpcMethod::RpcType;

RpcType TypeOf(const google::protobuf::MethodDescriptor& method) {
  if (method.client_streaming()) {
    return method.server_streaming() ? RpcType::BIDI_STREAMING : RpcType::CLIENT_STREAMING;
  }
  return method.server_streaming() ? RpcType::SERVER_STREAMING : RpcType::NORMAL_RPC;
}

absl::Status CheckMethods(const std::string& full_name, const grpc::Service& service) {
  // First, because gRPC's other questions look at a method's handler, which these do not have.
  if (service.has_generic_methods()) {
    return absl::InvalidArgumentError(
        absl::StrCat("service `", full_name,
                     "` marks methods as generic, which cannot be guarded: implement them with the "
                     "sync or the callback API"));
  }
  if (service.has_async_methods()) {
    return absl::InvalidArgumentError(
        absl::StrCat("service `", full_name,
                     "` has methods of the completion-queue (Async) API, which cannot be guarded: "
                     "implement it as `Service` or `CallbackService`"));
  }
  if (service.has_synchronous_methods() && service.has_callback_methods()) {
    return absl::InvalidArgumentError(
        absl::StrCat("service `", full_name,
                     "` mixes sync and callback methods: implement all of them with one API, "
                     "as `Service` or as `CallbackService`"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<GuardedService>> GuardedService::Wrap(
    const std::string& full_name, grpc::Service* service, std::shared_ptr<const Guard> guard) {
  if (service == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("service `", full_name, "` is null: give the address of its implementation"));
  }
  if (absl::Status methods = CheckMethods(full_name, *service); !methods.ok()) return methods;
  const google::protobuf::ServiceDescriptor* const descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(full_name);
  if (descriptor == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("no descriptor of service `", full_name,
                     "` is linked: link its generated .pb.cc (not the lite runtime)"));
  }

  const bool is_sync = !service->has_callback_methods();
  // GetHandler is protected. A derived class may name it, and apply it to any service.
  const auto get_handler = &GuardedService::GetHandler;
  std::unique_ptr<GuardedService> guarded(new GuardedService);
  for (int i = 0; i < descriptor->method_count(); ++i) {
    const google::protobuf::MethodDescriptor& method = *descriptor->method(i);
    const std::string& path =
        guarded->paths_.emplace_back(absl::StrCat("/", full_name, "/", method.name()));
    grpc::internal::MethodHandler* const handler = (service->*get_handler)(i);
    const bool streams_requests = method.client_streaming();
    guarded->AddMethod(new grpc::internal::RpcServiceMethod(
        path.c_str(), TypeOf(method),
        is_sync ? new GuardedSyncMethod(guard, streams_requests, path, handler) : nullptr));
    if (is_sync) continue;
    guarded->MarkMethodCallback(i,
                                new GuardedCallbackMethod(guard, streams_requests, path, handler));
  }
  return guarded;
}

}  // namespace certgate
