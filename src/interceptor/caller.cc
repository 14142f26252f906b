#include <certgate/caller.h>
#include <grpcpp/server_context.h>

#include "src/interceptor/running_calls.h"

namespace certgate {

std::shared_ptr<const PeerIdentity> CallerOf(const grpc::ServerContextBase* context) noexcept {
  if (context == nullptr) return nullptr;
  // c_call() only reads; gRPC left out the const.
  grpc_call* call = const_cast<grpc::ServerContextBase*>(context)->c_call();
  return call == nullptr ? nullptr : RunningCalls::Instance().CallerOf(call);
}

}  // namespace certgate
