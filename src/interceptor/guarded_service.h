#ifndef CERTGATE_SRC_INTERCEPTOR_GUARDED_SERVICE_H_
#define CERTGATE_SRC_INTERCEPTOR_GUARDED_SERVICE_H_

#include <absl/status/statusor.h>
#include <grpcpp/impl/service_type.h>

#include <deque>
#include <memory>
#include <string>

#include "src/interceptor/guard.h"

namespace certgate {

/// Ring 1: the service that is registered in place of the application's, with the same methods and
/// a guarded one in front of each handler.
class GuardedService final : public grpc::Service {
 public:
  /// Wraps `service`, which must outlive the result, as the service `full_name` of the linked
  /// protobuf descriptors. Errors: InvalidArgument for a null service and for completion-queue,
  /// generic or mixed methods; NotFound when no descriptor of that name is linked.
  static absl::StatusOr<std::unique_ptr<GuardedService>> Wrap(const std::string& full_name,
                                                              grpc::Service* service,
                                                              std::shared_ptr<const Guard> guard);

  /// `/package.Service/Method` of each method, in the descriptor's order. gRPC hands these very
  /// strings, by address, to interceptors.
  const std::deque<std::string>& paths() const { return paths_; }

 private:
  GuardedService() = default;

  // A deque: the addresses of its strings stay.
  std::deque<std::string> paths_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_GUARDED_SERVICE_H_
