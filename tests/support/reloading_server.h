#ifndef CERTGATE_TESTS_SUPPORT_RELOADING_SERVER_H_
#define CERTGATE_TESTS_SUPPORT_RELOADING_SERVER_H_

#include <certgate/reloader.h>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "tests/support/greeter_host.h"

namespace certgate::testing {

struct ReloadingServerOptions {
  /// The policy, as YAML; `policy.yaml` of the server's files.
  std::string policy;
  Api api = Api::kCallback;
  /// Roots, and intermediates, that clients may have beside the server's own authority, PEM.
  std::string more_client_roots = {};
  /// CRLs by the names of their files; beside them `own.crl`, an empty one of the server's own
  /// authority. Without any, certificates are not looked up in CRLs.
  std::map<std::string, std::string> crls = {};
  /// Further files beside the policy, such as the CA files that it names.
  std::map<std::string, std::string> more_files = {};
  std::size_t identity_cache_capacity = 4096;
  /// Called with the builder before it starts the server.
  std::function<void(ServerBuilder&)> configure = [](ServerBuilder&) {};
};

/// A greeter host that follows its files: `policy.yaml`, `ca.crt`, `server.crt`, `server.key` and
/// CRLs. Changes are seen by inotify alone, so that no poll makes up for what was not seen.
class ReloadingServer : public GreeterHost {
 public:
  explicit ReloadingServer(const ReloadingServerOptions& options);
  ~ReloadingServer();

  /// Puts a new file in the place of `name`, as careful writers do: written beside, then renamed.
  void Replace(const std::string& name, const std::string& content) const;

  ReloadStatus status() const { return reloader_->status(); }

 private:
  std::unique_ptr<Reloader> reloader_;
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_RELOADING_SERVER_H_
