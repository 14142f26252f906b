#ifndef CERTGATE_SRC_SERVER_RELOAD_HEALTH_H_
#define CERTGATE_SRC_SERVER_RELOAD_HEALTH_H_

#include <certgate/reloader.h>

#include <mutex>

namespace grpc {
class HealthCheckServiceInterface;
}

namespace certgate {

/// Shows in gRPC's health service, under the name `certgate.reload`, whether the files as they are
/// now are what is in force. The server itself stays SERVING when they are not: what was in force
/// goes on. Thread-safe.
class ReloadHealth {
 public:
  static constexpr char kService[] = "certgate.reload";

  /// `health` may be null, for a server without health service; it must outlive the attachment.
  void Attach(grpc::HealthCheckServiceInterface* health);
  void Detach() { Attach(nullptr); }
  void Show(const ReloadStatus& status);

 private:
  void Tell();

  std::mutex mutex_;
  grpc::HealthCheckServiceInterface* health_ = nullptr;  // guarded by mutex_
  bool is_well_ = true;                                  // guarded by mutex_
};

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_RELOAD_HEALTH_H_
