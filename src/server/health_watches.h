#ifndef CERTGATE_SRC_SERVER_HEALTH_WATCHES_H_
#define CERTGATE_SRC_SERVER_HEALTH_WATCHES_H_

#include <grpcpp/support/server_interceptor.h>

#include <memory>

namespace grpc {
class HealthCheckServiceInterface;
}

namespace certgate {

/// Knows the running calls of gRPC's own health service that watch, which never end by themselves,
/// and ends them when the server does: else each would hold up the end for the whole grace period.
class HealthWatches {
 public:
  HealthWatches();
  ~HealthWatches();
  HealthWatches(const HealthWatches&) = delete;
  HealthWatches& operator=(const HealthWatches&) = delete;

  /// An interceptor that notes the calls. It may outlive this object.
  std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> Factory();

  /// Sets `health` to NOT_SERVING and ends each watch with UNAVAILABLE once it has told so, or
  /// after a second, if its client takes no messages. Those that begin later end as soon as they
  /// have told.
  void End(grpc::HealthCheckServiceInterface& health);

 private:
  struct State;
  class Watch;
  class WatchFactory;
  const std::shared_ptr<State> state_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_HEALTH_WATCHES_H_
