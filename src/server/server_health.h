#ifndef CERTGATE_SRC_SERVER_SERVER_HEALTH_H_
#define CERTGATE_SRC_SERVER_SERVER_HEALTH_H_

#include <certgate/audit_log.h>
#include <certgate/reloader.h>

#include <mutex>
#include <string>
#include <vector>

namespace grpc {
class HealthCheckServiceInterface;
}

namespace certgate {

/// Shows in gRPC's health service how the server is. Thread-safe.
///
/// - The empty name, those of the services and `certgate.audit` are NOT_SERVING while audit records
///   cannot be written: every call is refused then.
/// - `certgate.reload` is NOT_SERVING while the files as they are now are not what is in force.
/// What
///   was in force goes on, so that the server itself stays SERVING.
class ServerHealth {
 public:
  static constexpr char kReload[] = "certgate.reload";
  static constexpr char kAudit[] = "certgate.audit";

  /// `health` may be null, for a server without health service; it must outlive the attachment.
  /// `services` are the full names of those that are served.
  void Attach(grpc::HealthCheckServiceInterface* health, std::vector<std::string> services);
  void Detach() { Attach(nullptr, {}); }
  void Show(const ReloadStatus& status);
  void Show(const AuditStatus& status);

 private:
  void Tell();

  std::mutex mutex_;
  // All guarded by mutex_.
  grpc::HealthCheckServiceInterface* health_ = nullptr;
  std::vector<std::string> services_;
  bool files_are_well_ = true;
  bool audit_is_well_ = true;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_SERVER_HEALTH_H_
