#ifndef CERTGATE_TESTS_SUPPORT_GUARDED_SERVER_H_
#define CERTGATE_TESTS_SUPPORT_GUARDED_SERVER_H_

#include <absl/time/clock.h>
#include <certgate/authorizer.h>
#include <certgate/call_figures.h>
#include <certgate/server_builder.h>
#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/server.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/certificate_minter.h"
#include "tests/support/counting_greeter.h"
#include "tests/support/recording_sink.h"
#include "tests/support/scratch_directory.h"

namespace certgate::testing {

enum class Api { kSync, kCallback };

struct GuardedServerOptions {
  /// The policy, as YAML.
  std::string policy;
  Api api = Api::kCallback;
  /// Roots that clients may have beside the server's own authority, PEM.
  std::string more_client_roots = {};
  std::function<absl::Time()> clock = absl::Now;
  /// Called with the builder before it starts the server.
  std::function<void(ServerBuilder&)> configure = [](ServerBuilder&) {};
};

/// A real server on a port of its own of 127.0.0.1, mutual TLS and all, with a counting Greeter and
/// an audit log in memory.
class GuardedServer {
 public:
  explicit GuardedServer(GuardedServerOptions options);
  ~GuardedServer();

  const CertificateAuthority& authority() const { return authority_; }
  HandlerLog& handlers() { return handlers_; }
  Recording& recording() { return *recording_; }
  int port() const { return port_; }
  CallFigures calls() const { return calls_(); }
  /// All records so far, parsed.
  std::vector<nlohmann::json> Records() const;
  /// The files of the server, for clients that are other programs.
  const ScratchDirectory& files() const { return files_; }

  /// A new connection that shows `client`; without a certificate if its texts are empty.
  std::shared_ptr<grpc::Channel> Connect(const MintedCertificate& client) const;
  std::shared_ptr<grpc::Channel> ConnectAs(const std::string& subject) const;

 private:
  const CertificateAuthority authority_{"certgate test CA"};
  const ScratchDirectory files_;
  HandlerLog handlers_;
  const std::shared_ptr<Recording> recording_ = std::make_shared<Recording>();
  std::unique_ptr<grpc::Service> greeter_;
  std::unique_ptr<grpc::Server> server_;
  CallFiguresSource calls_;
  int port_ = 0;
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
