// An admitted unary call costs no memory but what gRPC itself takes for it: counted in a server
// with the guard and in one without, which is otherwise the same. A program of its own: it replaces
// the global operator new.

#include <certgate/audit_log.h>
#include <certgate/authorizer.h>
#include <certgate/credentials.h>
#include <certgate/server_builder.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "helloworld/helloworld.grpc.pb.h"
#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/counting_allocator.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/trust.h"

namespace certgate::testing {
namespace {

using helloworld::Greeter;
using helloworld::HelloReply;
using helloworld::HelloRequest;

class SyncGreeter final : public Greeter::Service {
  grpc::Status SayHello(grpc::ServerContext*, const HelloRequest*, HelloReply*) override {
    return grpc::Status::OK;
  }
};

class CallbackGreeter final : public Greeter::CallbackService {
  grpc::ServerUnaryReactor* SayHello(grpc::CallbackServerContext* context, const HelloRequest*,
                                     HelloReply*) override {
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

// gRPC notes something for each call as soon as a server has an interceptor, whatever that does.
class NoInterceptor final : public grpc::experimental::ServerInterceptorFactoryInterface {
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo*) override {
    return nullptr;
  }
};

// Certificates, and both servers of one service.
class Servers {
 public:
  explicit Servers(grpc::Service& greeter) {
    const MutualTlsFiles files = {
        .certificate = files_.Write("server.crt", own_.certificate_pem),
        .private_key = files_.Write("server.key", own_.private_key_pem),
        .client_ca = files_.Write("ca.crt", authority_.certificate_pem())};
    grpc::SslServerCredentialsOptions tls(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    tls.pem_root_certs = authority_.certificate_pem();
    tls.pem_key_cert_pairs.push_back({own_.private_key_pem, own_.certificate_pem});
    grpc::ServerBuilder plain;
    plain.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &plain_port_);
    plain.RegisterService(&greeter);
    std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> creators;
    creators.push_back(std::make_unique<NoInterceptor>());
    plain.experimental().SetInterceptorCreators(std::move(creators));
    plain_ = plain.BuildAndStart();

    const auto policy =
        ParsePolicy(
            "version: 1\nname: p\nmethods:\n  \"/helloworld.Greeter/*\":\n    allow:\n"
            "      - cn: ada\n...\n",
            "policy.yaml")
            .policy;
    const auto authorizer = *Authorizer::Create(
        {.policy = policy,
         .trust = TrustIn(authority_.certificate_pem(), *policy),
         .audit_log = *AuditLog::OpenFile(files_.PathOf("audit.jsonl"), {"test", "0"})});
    ServerBuilder guarded(authorizer);
    guarded.AddListeningPort("127.0.0.1:0", *MutualTlsServerCredentials(files), &guarded_port_);
    // Any service of these methods does.
    guarded.RegisterService<Greeter>(static_cast<Greeter::Service*>(&greeter));
    guarded_ = guarded.BuildAndStart();
    REQUIRE(plain_ != nullptr);
    REQUIRE(guarded_ != nullptr);
  }

  // So many allocations a call, of client and server together, when nothing else goes on.
  double OfPlain() const { return PerCall(plain_port_); }
  double OfGuarded() const { return PerCall(guarded_port_); }

 private:
  double PerCall(int port) const {
    constexpr int kCalls = 100;
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = authority_.certificate_pem();
    tls.pem_cert_chain = client_.certificate_pem;
    tls.pem_private_key = client_.private_key_pem;
    const auto stub = Greeter::NewStub(
        grpc::CreateChannel("localhost:" + std::to_string(port), grpc::SslCredentials(tls)));
    long least = std::numeric_limits<long>::max();
    for (int round = 0; round < 10; ++round) {
      const long before = allocations;
      for (int i = 0; i < kCalls; ++i) {
        grpc::ClientContext context;
        context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
        HelloReply reply;
        const grpc::Status status = stub->SayHello(&context, HelloRequest(), &reply);
        if (!status.ok()) FAIL(status.error_message());
      }
      least = std::min(least, allocations - before);
    }
    return static_cast<double>(least) / kCalls;
  }

  const CertificateAuthority authority_{"unit CA"};
  const MintedCertificate own_ = authority_.Issue({.subject = {{"CN", "localhost"}},
                                                   .alternative_names = {"DNS:localhost"},
                                                   .not_after = absl::Now() + absl::Hours(2400),
                                                   .serial_number = ""});
  const MintedCertificate client_ = authority_.Issue("CN=ada");
  const ScratchDirectory files_;
  int plain_port_ = 0;
  int guarded_port_ = 0;
  std::unique_ptr<grpc::Server> plain_;
  std::unique_ptr<grpc::Server> guarded_;
};

void CheckNothingIsAdded(grpc::Service& greeter) {
  const Servers servers(greeter);
  const double plain = servers.OfPlain();
  const double guarded = servers.OfGuarded();
  CAPTURE(plain, guarded);
  CHECK(plain > 1);
  // One that each call makes would be one more. A few of a hundred calls are gRPC's, as it likes.
  CHECK(guarded - plain < 0.5);
}

}  // namespace

TEST_CASE("an admitted call of the sync API allocates nothing beyond gRPC's own") {
  SyncGreeter greeter;
  CheckNothingIsAdded(greeter);
}

TEST_CASE("an admitted call of the callback API allocates nothing beyond gRPC's own") {
  CallbackGreeter greeter;
  CheckNothingIsAdded(greeter);
}

}  // namespace certgate::testing
