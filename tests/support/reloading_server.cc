#include "tests/support/reloading_server.h"

#include <certgate/credentials.h>
#include <certgate/diagnostic.h>

#include <filesystem>
#include <stdexcept>
#include <utility>

namespace certgate::testing {

ReloadingServer::ReloadingServer(const ReloadingServerOptions& options) {
  for (const auto& [name, content] : options.more_files) files().Write(name, content);
  const MintedCertificate identity = IssueServerCertificate();
  ReloaderOptions reload;
  reload.files.policy = files().Write("policy.yaml", options.policy);
  reload.files.certificate = files().Write("server.crt", identity.certificate_pem);
  reload.files.private_key = files().Write("server.key", identity.private_key_pem);
  reload.files.trust.client_ca =
      files().Write("ca.crt", authority().certificate_pem() + options.more_client_roots);
  for (const auto& [name, content] : options.crls) {
    reload.files.trust.crls.push_back(files().Write(name, content));
  }
  if (!options.crls.empty()) {
    reload.files.trust.crls.push_back(files().Write("own.crl", authority().IssueCrl({})));
  }
  reload.audit_log = audit_log();
  reload.poll_interval = absl::ZeroDuration();
  reload.identity_cache_capacity = options.identity_cache_capacity;
  ReloaderStart start = Reloader::Start(std::move(reload));
  if (start.reloader == nullptr) throw std::runtime_error(Render(start.diagnostics));
  reloader_ = std::move(start.reloader);

  auto credentials = MutualTlsServerCredentials(reloader_->tls_material());
  if (!credentials.ok()) throw std::runtime_error(credentials.status().ToString());
  Serve(reloader_->authorizer(), *std::move(credentials), options.api, options.configure);
}

// The server must be gone before the reloader is.
ReloadingServer::~ReloadingServer() { Stop(); }

void ReloadingServer::Replace(const std::string& name, const std::string& content) const {
  const std::string beside = files().Write(name + ".new", content);
  std::filesystem::rename(beside, files().PathOf(name));
}

}  // namespace certgate::testing
