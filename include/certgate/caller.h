#ifndef CERTGATE_CALLER_H_
#define CERTGATE_CALLER_H_

#include <certgate/peer_identity.h>

#include <memory>

namespace grpc {
class ServerContextBase;
}

namespace certgate {

/// Who is calling, for a handler of a guarded service, sync or callback, unary or streaming:
///
///     std::shared_ptr<const PeerIdentity> caller = certgate::CallerOf(context);
///
/// `context` is the handler's `ServerContext*` or `CallbackServerContext*`. Not null in a handler
/// of a guarded service until the call is done; null for a null context, for a call that has ended
/// and for a call that no certgate server admitted. The identity may be kept after the call.
/// Thread-safe.
std::shared_ptr<const PeerIdentity> CallerOf(const grpc::ServerContextBase* context) noexcept;

}  // namespace certgate

#endif  // CERTGATE_CALLER_H_
