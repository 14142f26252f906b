#include "src/interceptor/guard.h"

#include <utility>

#include "src/interceptor/call_facts.h"

namespace certgate {

Guard::Guard(std::shared_ptr<Authorizer> authorizer)
    : authorizer_(std::move(authorizer)), supervisor_(authorizer_) {}

Authorization Guard::Authorize(grpc_call* call, std::string_view path) const noexcept {
  const PeerOfCall peer(call);
  return authorizer_->Authorize(peer.Facts(path));
}

Authorization Guard::Authorize(grpc_call* call, std::string_view path,
                               Authorizer::WhenRecorded when_recorded) const noexcept {
  const PeerOfCall peer(call);
  return authorizer_->Authorize(peer.Facts(path), std::move(when_recorded));
}

void Guard::End(grpc_call* call, const Authorization& refusal) noexcept {
  const grpc::Status status = RefusalStatus(refusal);
  grpc_call_cancel_with_status(call, static_cast<grpc_status_code>(status.error_code()),
                               status.error_message().c_str(), nullptr);
}

grpc::Status Guard::RefusalStatus(const Authorization& refusal) noexcept {
  // absl and gRPC share the numbers of the status codes.
  const auto code =
      refusal.admitted() ? grpc::StatusCode::INTERNAL : static_cast<grpc::StatusCode>(refusal.code);
  try {
    return grpc::Status(code, refusal.RefusalMessage());
  } catch (...) {
    return grpc::Status(code, "");
  }
}

}  // namespace certgate
