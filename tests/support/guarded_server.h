#ifndef CERTGATE_TESTS_SUPPORT_GUARDED_SERVER_H_
#define CERTGATE_TESTS_SUPPORT_GUARDED_SERVER_H_

#include <absl/time/clock.h>
#include <certgate/authorizer.h>
#include <certgate/call_figures.h>
#include <certgate/server_builder.h>
#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/greeter_host.h"

namespace certgate::testing {

struct GuardedServerOptions {
  /// The policy, as YAML.
  std::string policy;
  Api api = Api::kCallback;
  /// Roots that clients may have beside the server's own authority, PEM.
  std::string more_client_roots = {};
  std::function<absl::Time()> clock = absl::Now;
  /// Where records go; null for `recording`.
  std::shared_ptr<AuditLog> audit_log = {};
  /// Called with the builder before it starts the server.
  std::function<void(ServerBuilder&)> configure = [](ServerBuilder&) {};
};

/// A greeter host whose policy, trust and certificate never change.
class GuardedServer : public GreeterHost {
 public:
  explicit GuardedServer(GuardedServerOptions options);
};

/// What a call over the generic stub brought back.
struct CallOutcome {
  grpc::Status status;
  std::vector<std::string> replies;
};

/// Calls `path` with each of `requests` as the raw bytes of one message, and reads all replies.
/// Ends after ten seconds at the latest.
CallOutcome CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& path,
                    const std::vector<std::string>& requests);

/// The wire form of helloworld.HelloRequest.
std::string HelloRequestBytes(const std::string& name);

/// A policy that allows `cn` to call every method of the Greeter.
std::string AllowGreeterPolicy(const std::string& cn);

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_GUARDED_SERVER_H_
