#ifndef CERTGATE_SRC_INTERCEPTOR_CALL_FACTS_H_
#define CERTGATE_SRC_INTERCEPTOR_CALL_FACTS_H_

#include <certgate/authorizer.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/support/alloc.h>

#include <memory>
#include <string_view>

namespace certgate {

/// What gRPC knows of a call's peer, read from its AuthContext and never from its metadata. The
/// facts point into this object and are good for as long as it lives.
class PeerOfCall {
 public:
  explicit PeerOfCall(grpc_call* call) noexcept;

  CallFacts Facts(std::string_view path) const noexcept;

 private:
  struct FreeText {
    void operator()(char* text) const { gpr_free(text); }
  };
  struct ReleaseContext {
    void operator()(grpc_auth_context* context) const { grpc_auth_context_release(context); }
  };
  std::unique_ptr<char, FreeText> address_;
  std::unique_ptr<grpc_auth_context, ReleaseContext> context_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_CALL_FACTS_H_
