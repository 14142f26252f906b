#include <certgate/credentials.h>
#include <grpcpp/security/auth_metadata_processor.h>
#include <grpcpp/security/server_credentials.h>

#include <atomic>
#include <memory>
#include <string>

#include "helloworld/helloworld.grpc.pb.h"
#include "tests/support/catch2.h"
#include "tests/support/guarded_server.h"
#include "tests/support/trust.h"

namespace certgate::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

class UnusedProcessor final : public grpc::AuthMetadataProcessor {
 public:
  grpc::Status Process(const InputMetadata&, grpc::AuthContext*, OutputMetadata*,
                       OutputMetadata*) override {
    return grpc::Status::OK;
  }
};

/// The parts of a server, good ones unless a test replaces them.
struct Workshop {
  explicit Workshop(const std::string& policy = AllowGreeterPolicy("ada")) {
    const auto parsed = ParsePolicy(policy, "policy.yaml").policy;
    authorizer = *Authorizer::Create({.policy = parsed,
                                      .trust = TrustIn(authority.certificate_pem(), *parsed),
                                      .audit_log = RecordingLog(std::make_shared<Recording>())});
    CertificateRequest request;
    request.subject = {{"CN", "localhost"}};
    request.not_after = absl::Now() + absl::Hours(24 * 90);
    const MintedCertificate identity = authority.Issue(request);
    files = {.certificate = scratch.Write("server.crt", identity.certificate_pem),
             .private_key = scratch.Write("server.key", identity.private_key_pem),
             .client_ca = scratch.Write("ca.crt", authority.certificate_pem())};
  }

  std::shared_ptr<grpc::ServerCredentials> Credentials() const {
    return *MutualTlsServerCredentials(files);
  }

  /// Why a server of `builder` does not start.
  static std::string Refusal(ServerBuilder& builder) {
    const auto server = builder.BuildAndStart();
    CHECK(server == nullptr);
    CHECK_FALSE(builder.status().ok());
    return std::string(builder.status().message());
  }

  ScratchDirectory scratch;
  CertificateAuthority authority{"certgate test CA"};
  std::shared_ptr<Authorizer> authorizer;
  MutualTlsFiles files;
  HandlerLog handlers;
  std::unique_ptr<grpc::Service> greeter = MakeSyncGreeter(handlers);
  helloworld::Greeter::Service* service() {
    return static_cast<helloworld::Greeter::Service*>(greeter.get());
  }
};

}  // namespace

TEST_CASE("a port without verified client certificates is refused") {
  Workshop workshop;
  grpc::SslServerCredentialsOptions unverified(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
  unverified.pem_key_cert_pairs.push_back({"key", "certificate"});
  for (const auto& credentials :
       {grpc::InsecureServerCredentials(), grpc::SslServerCredentials(unverified),
        std::shared_ptr<grpc::ServerCredentials>()}) {
    ServerBuilder builder(workshop.authorizer);
    builder.RegisterService<helloworld::Greeter>(workshop.service());
    builder.AddListeningPort("127.0.0.1:0", workshop.Credentials());
    builder.AddListeningPort("127.0.0.1:0", credentials);
    CHECK_THAT(Workshop::Refusal(builder),
               ContainsSubstring("`127.0.0.1:0` does not verify client certificates"));
  }
}

TEST_CASE("what is added through the base class is refused") {
  Workshop workshop;
  {
    ServerBuilder builder(workshop.authorizer);
    builder.RegisterService<helloworld::Greeter>(workshop.service());
    builder.AddListeningPort("127.0.0.1:0", workshop.Credentials());
    static_cast<grpc::ServerBuilder&>(builder).AddListeningPort("127.0.0.1:0",
                                                                grpc::InsecureServerCredentials());
    CHECK_THAT(Workshop::Refusal(builder), ContainsSubstring("through grpc::ServerBuilder"));
  }
  {
    ServerBuilder builder(workshop.authorizer);
    builder.RegisterService<helloworld::Greeter>(workshop.service());
    builder.AddListeningPort("127.0.0.1:0", workshop.Credentials());
    const auto raw = MakeSyncGreeter(workshop.handlers);
    static_cast<grpc::ServerBuilder&>(builder).RegisterService(raw.get());
    CHECK_THAT(Workshop::Refusal(builder), ContainsSubstring("through grpc::ServerBuilder"));
  }
}

TEST_CASE("services that cannot be guarded are refused with the next step") {
  Workshop workshop;
  const auto refusal = [&workshop](helloworld::Greeter::Service* service) {
    ServerBuilder builder(workshop.authorizer);
    builder.AddListeningPort("127.0.0.1:0", workshop.Credentials());
    builder.RegisterService<helloworld::Greeter>(service);
    return Workshop::Refusal(builder);
  };
  CHECK_THAT(refusal(nullptr), ContainsSubstring("is null"));

  helloworld::Greeter::AsyncService async;
  CHECK_THAT(
      refusal(reinterpret_cast<helloworld::Greeter::Service*>(static_cast<grpc::Service*>(&async))),
      ContainsSubstring("completion-queue"));

  helloworld::Greeter::WithAsyncMethod_SayHello<helloworld::Greeter::Service> half_async;
  CHECK_THAT(refusal(&half_async), ContainsSubstring("completion-queue"));

  helloworld::Greeter::WithCallbackMethod_SayHello<helloworld::Greeter::Service> mixed;
  CHECK_THAT(refusal(&mixed), ContainsSubstring("mixes sync and callback"));

  helloworld::Greeter::WithGenericMethod_SayHello<helloworld::Greeter::Service> generic;
  CHECK_THAT(refusal(&generic), ContainsSubstring("generic"));
}

TEST_CASE("a builder says what is missing") {
  Workshop workshop;
  {
    ServerBuilder builder(nullptr);
    CHECK_THAT(Workshop::Refusal(builder), ContainsSubstring("authorizer"));
  }
  {
    ServerBuilder builder(workshop.authorizer);
    builder.RegisterService<helloworld::Greeter>(workshop.service());
    CHECK_THAT(Workshop::Refusal(builder), ContainsSubstring("no port"));
  }
  {
    ServerBuilder builder(workshop.authorizer);
    builder.AddListeningPort("127.0.0.1:0", workshop.Credentials());
    CHECK_THAT(Workshop::Refusal(builder), ContainsSubstring("no service"));
  }
  {
    ServerBuilder builder(workshop.authorizer);
    builder.AddListeningPort("127.0.0.1:0", workshop.Credentials());
    builder.RegisterService<helloworld::Greeter>(workshop.service());
    builder.RegisterService<helloworld::Greeter>(workshop.service());
    CHECK_THAT(Workshop::Refusal(builder), ContainsSubstring("registered twice"));
  }
}

TEST_CASE("a port that is in use is refused with its address") {
  Workshop workshop;
  GuardedServer first({.policy = AllowGreeterPolicy("ada")});
  ServerBuilder builder(workshop.authorizer);
  const std::string address = "127.0.0.1:" + std::to_string(first.port());
  builder.AddListeningPort(address, workshop.Credentials());
  builder.RegisterService<helloworld::Greeter>(workshop.service());
  CHECK_THAT(Workshop::Refusal(builder),
             ContainsSubstring("`" + address + "`: the port is in use"));
}

TEST_CASE("credentials with an AuthMetadataProcessor are refused") {
  Workshop workshop;
  const auto credentials = workshop.Credentials();
  ServerBuilder builder(workshop.authorizer);
  builder.RegisterService<helloworld::Greeter>(workshop.service());
  builder.AddListeningPort("127.0.0.1:0", credentials);
  credentials->SetAuthMetadataProcessor(std::make_shared<UnusedProcessor>());
  CHECK_THAT(Workshop::Refusal(builder), ContainsSubstring("AuthMetadataProcessor"));
}

TEST_CASE("two roots with a policy that relies on the issuer are refused") {
  const CertificateAuthority second("certgate test CA");
  const CertificateAuthority first("certgate test CA");
  const auto refusal = [&](const std::string& selector) {
    const auto policy =
        ParsePolicy("version: 1\nname: test\nmethods:\n  \"*\":\n    allow:\n      - { " +
                        selector + " }\n",
                    "policy.yaml")
            .policy;
    const auto trust = TrustIn(first.certificate_pem() + second.certificate_pem(), *policy);
    return std::string(
        Authorizer::Create({.policy = policy,
                            .trust = trust,
                            .audit_log = RecordingLog(std::make_shared<Recording>())})
            .status()
            .message());
  };
  for (const std::string by_name : {"cn: ada", "ou: eng", "o: Acme"}) {
    CHECK_THAT(refusal(by_name), ContainsSubstring("holds 2 roots"));
    CHECK_THAT(refusal(by_name), ContainsSubstring("line 6: " + by_name));
    CHECK_THAT(refusal(by_name), ContainsSubstring("add `issuer: NAME`"));
  }
  CHECK_THAT(refusal("serial: \"0A\""), ContainsSubstring("line 6: serial: A"));
  CHECK(refusal("uri: \"spiffe://acme.example/ada\"").empty());
}

TEST_CASE("an application's interceptor still runs and after the guard") {
  class Counting final : public grpc::experimental::ServerInterceptorFactoryInterface {
   public:
    explicit Counting(std::atomic<int>& calls) : calls_(calls) {}
    grpc::experimental::Interceptor* CreateServerInterceptor(
        grpc::experimental::ServerRpcInfo*) override {
      ++calls_;
      return nullptr;
    }

   private:
    std::atomic<int>& calls_;
  };
  std::atomic<int> calls{0};
  GuardedServer server(
      {.policy = AllowGreeterPolicy("ada"), .configure = [&calls](ServerBuilder& builder) {
         builder.AddInterceptor(std::make_unique<Counting>(calls));
       }});
  CHECK(CallRaw(server.ConnectAs("CN=ada"), "/helloworld.Greeter/SayHello",
                {HelloRequestBytes("Ada")})
            .status.ok());
  CHECK(calls == 1);
}

}  // namespace certgate::testing
