#ifndef CERTGATE_SRC_SERVER_METRICS_ENDPOINT_H_
#define CERTGATE_SRC_SERVER_METRICS_ENDPOINT_H_

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "src/server/figures.h"

namespace prometheus {
class Collectable;
class Exposer;
}  // namespace prometheus

namespace certgate {

/// Serves `GET /metrics` over plain HTTP, in the form of Prometheus, and nothing else. It asks
/// nobody who he is. A few threads of its own answer, so that a reader who is slow holds up other
/// readers at most, and those for seconds; calls never wait for it.
class MetricsEndpoint {
 public:
  /// Listens on `address`, an IPv4 address and a port such as `127.0.0.1:9464`, with port 0 for a
  /// free one. `figures` is asked at each reading. Fails, saying why, if the address cannot be
  /// taken. Never throws.
  static absl::StatusOr<std::unique_ptr<MetricsEndpoint>> Start(const std::string& address,
                                                                ServerFiguresSource figures);
  /// Hangs up on whoever is reading, which takes at most a few seconds. After that `figures` is
  /// not asked any more.
  ~MetricsEndpoint();
  MetricsEndpoint(const MetricsEndpoint&) = delete;
  MetricsEndpoint& operator=(const MetricsEndpoint&) = delete;

  /// The port that was taken.
  int port() const { return port_; }

 private:
  MetricsEndpoint(const std::string& address, ServerFiguresSource figures);

  // The exposer borrows the figures: it is gone before they are.
  std::shared_ptr<prometheus::Collectable> metrics_;
  std::unique_ptr<prometheus::Exposer> exposer_;
  int port_ = 0;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_METRICS_ENDPOINT_H_
