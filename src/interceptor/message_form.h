#ifndef CERTGATE_SRC_INTERCEPTOR_MESSAGE_FORM_H_
#define CERTGATE_SRC_INTERCEPTOR_MESSAGE_FORM_H_

#include <grpcpp/impl/rpc_service_method.h>

#include <cstdint>
#include <string_view>

namespace certgate {

/// What stands behind the bare pointer by which gRPC shows a received message to interceptors.
enum class MessageForm {
  /// Not known: the message cannot be looked at.
  kUnknown = 0,
  /// A `google::protobuf::MessageLite`.
  kProtobuf,
  /// A `grpc::ByteBuffer`: the handler was registered as a raw one.
  kBytes,
};

/// Of the messages that `handler` receives, a handler of a service whose descriptor is linked.
MessageForm FormOf(const grpc::internal::MethodHandler& handler);

/// Of those that a service of gRPC's own receives at `path`.
MessageForm FormOfBuiltIn(std::string_view path);

/// The length of `message`, which has that form and may be null, as protobuf encodes it; 0 if it is
/// not known.
std::uint64_t BytesOf(const void* message, MessageForm form);

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_MESSAGE_FORM_H_
