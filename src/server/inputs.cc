#include "src/server/inputs.h"

#include <certgate/version.h>

#include <utility>
#include <vector>

namespace certgate {
namespace {

RevocationFallback FallbackOf(const std::string& choice) {
  return choice == "allow" ? RevocationFallback::kAllow : RevocationFallback::kDeny;
}

}  // namespace

ServerFiles FilesOf(const ServerSettings& settings) {
  ServerFiles files;
  files.policy = settings.policy;
  files.certificate = settings.cert;
  files.private_key = settings.key;
  files.trust.client_ca = settings.client_ca;
  files.trust.crls = settings.crl.files;
  files.trust.on_missing = FallbackOf(settings.crl.on_missing);
  files.trust.on_expired = FallbackOf(settings.crl.on_expired);
  return files;
}

absl::StatusOr<std::shared_ptr<AuditLog>> OpenAuditTrail(const ServerSettings& settings) {
  std::vector<std::unique_ptr<AuditSink>> sinks;
  if (!settings.audit_file.empty()) {
    auto file = OpenAuditFile(settings.audit_file);
    if (!file.ok()) return file.status();
    sinks.push_back(*std::move(file));
  }
  if (settings.audit_stdout) sinks.push_back(OpenAuditStdout());
  auto log = AuditLog::Create(std::move(sinks), {"greeter-server", CERTGATE_VERSION});
  if (!log.ok()) return log.status();
  return *std::move(log);
}

}  // namespace certgate
