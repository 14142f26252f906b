#include "src/interceptor/message_form.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message_lite.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <string>

namespace certgate {
namespace {

template <template <typename, typename> typename Handler>
bool IsRaw(const grpc::internal::MethodHandler& handler) {
  return dynamic_cast<const Handler<grpc::ByteBuffer, grpc::ByteBuffer>*>(&handler) != nullptr;
}

}  // namespace

MessageForm FormOf(const grpc::internal::MethodHandler& handler) {
  const bool is_raw = IsRaw<grpc::internal::CallbackUnaryHandler>(handler) ||
                      IsRaw<grpc::internal::CallbackClientStreamingHandler>(handler) ||
                      IsRaw<grpc::internal::CallbackServerStreamingHandler>(handler) ||
                      IsRaw<grpc::internal::CallbackBidiHandler>(handler);
  return is_raw ? MessageForm::kBytes : MessageForm::kProtobuf;
}

MessageForm FormOfBuiltIn(std::string_view path) {
  // gRPC's own health service reads and writes bytes, whatever descriptors are linked.
  if (path.starts_with("/grpc.health.v1.Health/")) return MessageForm::kBytes;
  std::string name(path.substr(std::min<std::size_t>(1, path.size())));
  std::replace(name.begin(), name.end(), '/', '.');
  const auto* const pool = google::protobuf::DescriptorPool::generated_pool();
  return pool->FindMethodByName(name) == nullptr ? MessageForm::kUnknown : MessageForm::kProtobuf;
}

std::uint64_t BytesOf(const void* message, MessageForm form) {
  if (message == nullptr) return 0;
  switch (form) {
    case MessageForm::kProtobuf:
      return static_cast<const google::protobuf::MessageLite*>(message)->ByteSizeLong();
    case MessageForm::kBytes:
      return static_cast<const grpc::ByteBuffer*>(message)->Length();
    case MessageForm::kUnknown:
      break;
  }
  return 0;
}

}  // namespace certgate
