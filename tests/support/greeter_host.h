#ifndef CERTGATE_TESTS_SUPPORT_GREETER_HOST_H_
#define CERTGATE_TESTS_SUPPORT_GREETER_HOST_H_

#include <certgate/audit_log.h>
#include <certgate/authorizer.h>
#include <certgate/server_builder.h>
#include <grpc/grpc_security.h>
#include <grpcpp/channel.h>
#include <grpcpp/security/server_credentials.h>
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

/// A real server on a port of its own of 127.0.0.1, mutual TLS and all, with a counting Greeter and
/// an audit log in memory. What decides, and with which certificates, is for those who derive.
class GreeterHost {
 public:
  GreeterHost(const GreeterHost&) = delete;
  GreeterHost& operator=(const GreeterHost&) = delete;

  /// Issues the server's certificate, and clients'.
  const CertificateAuthority& authority() const { return authority_; }
  HandlerLog& handlers() { return handlers_; }
  Recording& recording() { return *recording_; }
  int port() const { return port_; }
  CallFigures calls() const { return calls_(); }
  /// All records so far, parsed.
  std::vector<nlohmann::json> Records() const;
  /// The files of the server, for clients that are other programs.
  const ScratchDirectory& files() const { return files_; }

  /// A new connection that shows `client`; without a certificate if its texts are empty. With
  /// `sessions` it resumes a TLS session that is kept there.
  std::shared_ptr<grpc::Channel> Connect(const MintedCertificate& client,
                                         grpc_ssl_session_cache* sessions = nullptr) const;
  std::shared_ptr<grpc::Channel> ConnectAs(const std::string& subject) const;

  /// A certificate for the server, far from the warning of its expiry. `serial_number` is
  /// hexadecimal; empty for a random one.
  MintedCertificate IssueServerCertificate(const std::string& serial_number = {}) const;

 protected:
  GreeterHost();
  ~GreeterHost();

  std::shared_ptr<AuditLog> audit_log() const { return RecordingLog(recording_); }
  /// Starts the server, or throws.
  void Serve(std::shared_ptr<Authorizer> authorizer,
             std::shared_ptr<grpc::ServerCredentials> credentials, Api api,
             const std::function<void(ServerBuilder&)>& configure);
  /// Ends all calls and the server.
  void Stop();

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

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_GREETER_HOST_H_
