#include "src/server/server_health.h"

#include <grpcpp/health_check_service_interface.h>

#include <utility>

namespace certgate {

void ServerHealth::Attach(grpc::HealthCheckServiceInterface* health,
                          std::vector<std::string> services) {
  const std::lock_guard lock(mutex_);
  health_ = health;
  services_ = std::move(services);
  Tell();
}

void ServerHealth::Show(const ReloadStatus& status) {
  const std::lock_guard lock(mutex_);
  files_are_well_ = status.errors.empty();
  Tell();
}

void ServerHealth::Show(const AuditStatus& status) {
  const std::lock_guard lock(mutex_);
  audit_is_well_ = status.is_writable;
  Tell();
}

void ServerHealth::Tell() {
  if (health_ == nullptr) return;
  health_->SetServingStatus(kReload, files_are_well_);
  health_->SetServingStatus(kAudit, audit_is_well_);
  health_->SetServingStatus("", audit_is_well_);
  for (const std::string& service : services_) health_->SetServingStatus(service, audit_is_well_);
}

}  // namespace certgate
