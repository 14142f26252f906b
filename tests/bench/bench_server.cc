// The Greeter, guarded or not, for load from another process. Not for anything else: unguarded, it
// answers whomever its CA has given a certificate.
//
// Usage: bench_server none|write CERTS_DIR POLICY AUDIT_FILE
// Prints the port, and then a line for each line that it reads: the microseconds of CPU that it has
// used, and its memory in KiB. Ends with its input.

#include <certgate/audit_log.h>
#include <certgate/authorizer.h>
#include <certgate/credentials.h>
#include <certgate/server_builder.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>

#include "helloworld/helloworld.grpc.pb.h"

namespace certgate::bench {
namespace {

using helloworld::HelloReply;
using helloworld::HelloRequest;

class EchoReactor final : public grpc::ServerBidiReactor<HelloRequest, HelloReply> {
 public:
  EchoReactor() { StartRead(&request_); }
  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    reply_.set_message("Hello " + request_.name());
    StartWrite(&reply_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  HelloRequest request_;
  HelloReply reply_;
};

class BenchGreeter final : public helloworld::Greeter::CallbackService {
 public:
  grpc::ServerUnaryReactor* SayHello(grpc::CallbackServerContext* context,
                                     const HelloRequest* request, HelloReply* reply) override {
    reply->set_message("Hello " + request->name());
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  grpc::ServerBidiReactor<HelloRequest, HelloReply>* SayHelloBidiStream(
      grpc::CallbackServerContext*) override {
    return new EchoReactor;
  }
};

[[noreturn]] void Die(const std::string& why) {
  std::cerr << "bench_server: " << why << '\n';
  std::exit(1);
}

template <typename Value>
Value OrDie(absl::StatusOr<Value> value) {
  if (!value.ok()) Die(value.status().ToString());
  return *std::move(value);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || text.str().empty()) Die("cannot read " + path);
  return text.str();
}

std::unique_ptr<grpc::Server> ServeUnguarded(BenchGreeter& greeter, const std::string& certs,
                                             int& port) {
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = ReadFile(certs + "/ca.crt");
  tls.pem_key_cert_pairs.push_back(
      {ReadFile(certs + "/server.key"), ReadFile(certs + "/server.crt")});
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
  builder.RegisterService(&greeter);
  return builder.BuildAndStart();
}

std::unique_ptr<grpc::Server> ServeGuarded(BenchGreeter& greeter, const std::string& certs,
                                           const std::string& policy_file,
                                           const std::string& audit_file, int& port) {
  const PolicyLoad load = LoadPolicy(policy_file);
  if (load.policy == nullptr) Die(Render(load.diagnostics));
  const auto trust = OrDie(LoadTrust({.client_ca = certs + "/ca.crt"}, *load.policy));
  AuthorizerOptions options;
  options.policy = load.policy;
  options.trust = trust;
  options.audit_log = OrDie(AuditLog::OpenFile(audit_file, {"bench-server", "0"}));
  ServerBuilder builder(OrDie(Authorizer::Create(std::move(options))));
  builder.AddListeningPort("127.0.0.1:0",
                           OrDie(MutualTlsServerCredentials({.certificate = certs + "/server.crt",
                                                             .private_key = certs + "/server.key",
                                                             .client_ca = certs + "/ca.crt"})),
                           &port);
  builder.RegisterService<helloworld::Greeter>(&greeter);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) Die(builder.status().ToString());
  return server;
}

void PrintUsage() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto microseconds = [](const timeval& time) {
    return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
  };
  std::cout << microseconds(usage.ru_utime) + microseconds(usage.ru_stime) << ' ' << usage.ru_maxrss
            << std::endl;
}

}  // namespace
}  // namespace certgate::bench

int main(int argc, char** argv) {
  using namespace certgate::bench;  // NOLINT(google-build-using-namespace): a program's own
  if (argc != 5) Die("usage: bench_server none|write CERTS_DIR POLICY AUDIT_FILE");
  // As greeter-server does.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  const std::string guard = argv[1];
  BenchGreeter greeter;
  int port = 0;
  const auto server = guard == "none" ? ServeUnguarded(greeter, argv[2], port)
                                      : ServeGuarded(greeter, argv[2], argv[3], argv[4], port);
  if (server == nullptr) Die("the server does not start");
  std::cout << port << std::endl;
  for (std::string line; std::getline(std::cin, line);) PrintUsage();
  server->Shutdown();
  return 0;
}
