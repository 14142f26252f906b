#include "src/server/reload_health.h"

#include <grpcpp/health_check_service_interface.h>

namespace certgate {

void ReloadHealth::Attach(grpc::HealthCheckServiceInterface* health) {
  const std::lock_guard lock(mutex_);
  health_ = health;
  Tell();
}

void ReloadHealth::Show(const ReloadStatus& status) {
  const std::lock_guard lock(mutex_);
  is_well_ = status.errors.empty();
  Tell();
}

void ReloadHealth::Tell() {
  if (health_ != nullptr) health_->SetServingStatus(kService, is_well_);
}

}  // namespace certgate
