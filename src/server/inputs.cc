#include "src/server/inputs.h"

#include <certgate/audit_log.h>
#include <certgate/credentials.h>
#include <certgate/diagnostic.h>
#include <certgate/version.h>
#include <spdlog/spdlog.h>

#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace certgate {

namespace {

// What is said of a policy that is valid.
void LogDoubts(const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& doubt : diagnostics) {
    const bool is_note = doubt.severity == Diagnostic::Severity::kNote;
    spdlog::log(is_note ? spdlog::level::info : spdlog::level::warn, "{}:{}: {}; {}", doubt.file,
                doubt.location.line, doubt.message, doubt.hint);
  }
}

}  // namespace

std::optional<ServerInputs> LoadInputs(const ServerSettings& settings) {
  ServerInputs inputs;
  const PolicyLoad load = LoadPolicy(settings.policy);
  if (load.policy == nullptr) std::cerr << Render(load.diagnostics);
  if (load.policy != nullptr) LogDoubts(load.diagnostics);
  inputs.policy = load.policy;

  auto credentials = MutualTlsServerCredentials({settings.cert, settings.key, settings.client_ca});
  if (credentials.ok()) {
    inputs.credentials = *std::move(credentials);
  } else {
    std::cerr << "greeter-server: " << credentials.status().message() << '\n';
  }
  if (inputs.policy == nullptr || inputs.credentials == nullptr) return std::nullopt;
  return inputs;
}

absl::StatusOr<std::shared_ptr<Authorizer>> MakeAuthorizer(const ServerSettings& settings,
                                                           std::shared_ptr<const Policy> policy) {
  std::vector<std::unique_ptr<AuditSink>> sinks;
  if (!settings.audit_file.empty()) {
    auto file = OpenAuditFile(settings.audit_file);
    if (!file.ok()) return file.status();
    sinks.push_back(*std::move(file));
  }
  if (settings.audit_stdout) sinks.push_back(OpenAuditStdout());
  auto log = AuditLog::Create(std::move(sinks), {"greeter-server", CERTGATE_VERSION});
  if (!log.ok()) return log.status();

  AuthorizerOptions options;
  options.policy = std::move(policy);
  options.audit_log = *std::move(log);
  return Authorizer::Create(std::move(options));
}

}  // namespace certgate
