// The Greeter, guarded or not, for load from another process. Not for anything else: unguarded, it
// answers whomever its CA has given a certificate.
//
// Usage: bench_server none|failing|write CERTS_DIR POLICY AUDIT_FILE
// `none` is the Greeter without a guard, and `failing` the same that answers each call with an
// error of its own: what gRPC itself takes for a call that ends so. Prints the port, and then a
// line for each line that it reads: the microseconds of CPU that it has used, its memory at its
// largest and now in KiB, and how often its files have been loaded. The line `reload` lets it load
// them again first, without waiting for that. Ends with its input.
//
// Linked as bench_server_unrecorded, its guard decides and writes no record; see unrecorded.cc.

#include <certgate/audit_log.h>
#include <certgate/credentials.h>
#include <certgate/reloader.h>
#include <certgate/server_builder.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

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
  explicit BenchGreeter(bool fails) : fails_(fails) {}

  grpc::ServerUnaryReactor* SayHello(grpc::CallbackServerContext* context,
                                     const HelloRequest* request, HelloReply* reply) override {
    auto* const reactor = context->DefaultReactor();
    if (fails_) {
      // As long as what the guard says.
      reactor->Finish(grpc::Status(grpc::StatusCode::PERMISSION_DENIED,
                                   "the handler refused this call, ................. "
                                   "01KAVFAKE00000000000000000"));
      return reactor;
    }
    reply->set_message("Hello " + request->name());
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  grpc::ServerBidiReactor<HelloRequest, HelloReply>* SayHelloBidiStream(
      grpc::CallbackServerContext*) override {
    return new EchoReactor;
  }

 private:
  const bool fails_;
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

// Closed files are deleted soon, so that records go to memory that was in use a moment ago, as on a
// machine that is busy. A virtual machine may have to ask its host for each page that it has not
// used for a while, which costs more than all that is measured here.
std::shared_ptr<AuditLog> OpenLog(const std::string& audit_file) {
  AuditOptions options;
  options.places.push_back(
      {.sink =
           OrDie(OpenAuditFile({.path = audit_file, .rotate_bytes = 4'194'304, .keep_files = 1}))});
  options.service = {"bench-server", "0"};
  return OrDie(AuditLog::Create(std::move(options)));
}

std::unique_ptr<Reloader> LoadFiles(const std::string& certs, const std::string& policy_file,
                                    const std::string& audit_file) {
  // A benchmark says itself when to load.
  ReloaderStart start = Reloader::Start({.files = {.policy = policy_file,
                                                   .certificate = certs + "/server.crt",
                                                   .private_key = certs + "/server.key",
                                                   .trust = {.client_ca = certs + "/ca.crt"}},
                                         .audit_log = OpenLog(audit_file),
                                         .watch = false,
                                         .poll_interval = absl::ZeroDuration()});
  if (start.reloader == nullptr) Die(Render(start.diagnostics));
  return std::move(start.reloader);
}

std::unique_ptr<grpc::Server> ServeGuarded(BenchGreeter& greeter, const Reloader& files,
                                           int& port) {
  ServerBuilder builder(files.authorizer());
  builder.AddListeningPort("127.0.0.1:0", OrDie(MutualTlsServerCredentials(files.tls_material())),
                           &port);
  builder.RegisterService<helloworld::Greeter>(&greeter);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) Die(builder.status().ToString());
  return server;
}

// The second number of statm(5), in pages.
long ResidentKib() {
  std::ifstream file("/proc/self/statm");
  long size = 0;
  long resident = 0;
  file >> size >> resident;
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

void PrintUsage(const Reloader* files) {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto microseconds = [](const timeval& time) {
    return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
  };
  std::cout << microseconds(usage.ru_utime) + microseconds(usage.ru_stime) << ' ' << usage.ru_maxrss
            << ' ' << ResidentKib() << ' '
            << (files == nullptr ? 0 : files->authorizer()->generation()) << std::endl;
}

}  // namespace
}  // namespace certgate::bench

int main(int argc, char** argv) {
  using namespace certgate::bench;  // NOLINT(google-build-using-namespace): a program's own
  if (argc != 5) Die("usage: bench_server none|failing|write CERTS_DIR POLICY AUDIT_FILE");
  // As greeter-server does.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  // Standard output is for the figures.
  spdlog::set_level(spdlog::level::off);
  const std::string guard = argv[1];
  BenchGreeter greeter(guard == "failing");
  int port = 0;
  const auto files = guard == "write" ? LoadFiles(argv[2], argv[3], argv[4]) : nullptr;
  const auto server = files == nullptr ? ServeUnguarded(greeter, argv[2], port)
                                       : ServeGuarded(greeter, *files, port);
  if (server == nullptr) Die("the server does not start");
  std::cout << port << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "reload" && files != nullptr) files->Reload();
    PrintUsage(files.get());
  }
  server->Shutdown();
  return 0;
}
