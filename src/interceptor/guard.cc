#include "src/interceptor/guard.h"

#include <utility>

namespace certgate {
namespace {

CallFacts Facts(const PeerOfCall& peer, const Guard::Method& method) noexcept {
  CallFacts facts = peer.Facts(method.path);
  facts.method = method.number;
  return facts;
}

}  // namespace

Guard::Guard(std::shared_ptr<Authorizer> authorizer)
    : authorizer_(std::move(authorizer)), supervisor_(authorizer_) {}

Guard::Method Guard::Register(std::string_view path) const {
  return {path, authorizer_->NumberOf(path)};
}

Authorization Guard::Authorize(grpc_call* call, const Method& method) const noexcept {
  const PeerOfCall peer(call);
  return authorizer_->Authorize(Facts(peer, method));
}

Authorization Guard::Authorize(grpc_call* call, const Method& method,
                               Authorizer::WhenRecorded when_recorded) const noexcept {
  const PeerOfCall peer(call);
  return authorizer_->Authorize(Facts(peer, method), std::move(when_recorded));
}

void Guard::RecordEnd(grpc_call* call, std::string_view path, const Authorization& admitted,
                      const CallEnd& end) const noexcept {
  const PeerOfCall peer(call);
  authorizer_->RecordEnd(admitted, peer.Facts(path), end);
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
