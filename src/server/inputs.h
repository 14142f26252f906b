#ifndef CERTGATE_SRC_SERVER_INPUTS_H_
#define CERTGATE_SRC_SERVER_INPUTS_H_

#include <absl/status/statusor.h>
#include <certgate/audit_log.h>
#include <certgate/reloader.h>

#include <functional>
#include <memory>

#include "src/server/settings.h"

namespace certgate {

/// The files that `settings` names.
ServerFiles FilesOf(const ServerSettings& settings);

/// Opens the audit trail that `settings` names. The error says which place for records cannot be
/// opened. For `on_change` see `AuditOptions`.
absl::StatusOr<std::shared_ptr<AuditLog>> OpenAuditTrail(
    const AuditSettings& settings, std::function<void(const AuditStatus&)> on_change);

/// `--check`: reads what a server reads, looks whether the audit file can be written without
/// creating it, and prints what was found. False if something is wrong.
bool CheckInputs(const ServerSettings& settings);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_INPUTS_H_
