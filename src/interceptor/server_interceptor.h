#ifndef CERTGATE_SRC_INTERCEPTOR_SERVER_INTERCEPTOR_H_
#define CERTGATE_SRC_INTERCEPTOR_SERVER_INTERCEPTOR_H_

#include <absl/container/flat_hash_map.h>
#include <grpcpp/support/server_interceptor.h>

#include <memory>
#include <optional>

#include "src/interceptor/guard.h"
#include "src/interceptor/message_form.h"

namespace certgate {

/// Ring 2: decides the calls of services that gRPC registers itself (health, reflection, channelz)
/// and that can therefore not be wrapped. A refused call is ended before its handler is started:
/// the handler finds it cancelled, and the caller gets the refusal and no data. Beside that,
/// measures the calls of rings 1 and 2 whose ends are recorded.
class ServerInterceptorFactory final
    : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  /// The path strings, by address, of ring 1, which decides its calls itself; and what their
  /// methods receive, where the ends of their calls are recorded.
  using GuardedPaths = absl::flat_hash_map<const char*, std::optional<MessageForm>>;
  /// `keep_alive` is held until gRPC's server goes: it owns the factory.
  ServerInterceptorFactory(std::shared_ptr<const Guard> guard, GuardedPaths guarded_paths,
                           std::shared_ptr<const void> keep_alive);

  /// Null for the calls of ring 3, and for those of ring 1 whose ends are not recorded.
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override;

 private:
  // First, so that it goes last.
  const std::shared_ptr<const void> keep_alive_;
  const std::shared_ptr<const Guard> guard_;
  const GuardedPaths guarded_paths_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_SERVER_INTERCEPTOR_H_
