// Two authorities may issue the same names. Over real handshakes: only the one that the policy
// means lets its callers in, whatever else they show.

#include <grpc/grpc_security.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <atomic>
#include <string>

#include "tests/support/catch2.h"
#include "tests/support/guarded_server.h"

namespace certgate::testing {
namespace {

constexpr char kSayHello[] = "/helloworld.Greeter/SayHello";

// A policy whose authorities `corp` and `partner` are these CAs.
std::string PolicyOf(const ScratchDirectory& files, const std::string& corp_pem,
                     const std::string& partner_pem, const std::string& methods) {
  std::string policy = "version: 1\nname: test\nauthorities:\n";
  policy += "  corp: { ca_file: \"" + files.Write("corp.crt", corp_pem) + "\" }\n";
  policy += "  partner: { ca_file: \"" + files.Write("partner.crt", partner_pem) + "\" }\n";
  return policy + "methods:\n  /helloworld.Greeter/*:\n" + methods + "...\n";
}

grpc::StatusCode Call(const std::shared_ptr<grpc::Channel>& channel) {
  return CallRaw(channel, kSayHello, {HelloRequestBytes("Ada")}).status.error_code();
}

constexpr char kAdaOfCorp[] = "    allow:\n      - { cn: ada, issuer: corp, id: ada-of-corp }\n";

TEST_CASE("the same name of another authority is refused, also when the CAs share their name") {
  const ScratchDirectory files;
  const CertificateAuthority corp("Acme CA");
  const CertificateAuthority partner("Acme CA");
  GuardedServer server(
      {.policy = PolicyOf(files, corp.certificate_pem(), partner.certificate_pem(), kAdaOfCorp),
       .more_client_roots = corp.certificate_pem() + partner.certificate_pem()});
  CHECK(Call(server.Connect(corp.Issue("CN=ada"))) == grpc::StatusCode::OK);
  CHECK(Call(server.Connect(partner.Issue("CN=ada"))) == grpc::StatusCode::PERMISSION_DENIED);
  const auto records = server.Records();
  REQUIRE(records.size() == 2);
  CHECK(records[0]["certgate"]["authority"] == "corp");
  CHECK(records[1]["certgate"]["authority"] == "partner");
  CHECK(records[1]["event"]["reason"] == "no_matching_rule");
  CHECK(records[1]["certgate"]["nearest_failed"] == "issuer");
  CHECK(server.handlers().calls() == 1);
}

TEST_CASE("a root that the policy does not name vouches for nobody, also not for `any`") {
  const ScratchDirectory files;
  const CertificateAuthority corp("corp CA");
  const CertificateAuthority partner("partner CA");
  GuardedServer server({.policy = PolicyOf(files, corp.certificate_pem(), partner.certificate_pem(),
                                           "    mode: observe\n    allow:\n      - any: true\n"),
                        .more_client_roots = corp.certificate_pem() + partner.certificate_pem()});
  // The server's own authority is a client root too, and is not named.
  CHECK(Call(server.ConnectAs("CN=ada")) == grpc::StatusCode::UNAUTHENTICATED);
  CHECK(Call(server.Connect(corp.Issue("CN=ada"))) == grpc::StatusCode::OK);
  const auto records = server.Records();
  REQUIRE(records.size() == 2);
  CHECK(records[0]["event"]["reason"] == "issuer_unproven");
  CHECK(records[0]["event"]["outcome"] == "failure");
  CHECK_FALSE(records[0]["certgate"].contains("authority"));
  CHECK(server.handlers().calls() == 1);
}

TEST_CASE("a deny entry finds its authority") {
  const ScratchDirectory files;
  const CertificateAuthority corp("corp CA");
  const CertificateAuthority partner("partner CA");
  GuardedServer server(
      {.policy = PolicyOf(files, corp.certificate_pem(), partner.certificate_pem(),
                          "    allow:\n      - any: true\n    deny:\n      - issuer: partner\n"),
       .more_client_roots = corp.certificate_pem() + partner.certificate_pem()});
  CHECK(Call(server.Connect(corp.Issue("CN=ada"))) == grpc::StatusCode::OK);
  CHECK(Call(server.Connect(partner.Issue("CN=ada"))) == grpc::StatusCode::PERMISSION_DENIED);
}

// A client that presents `chain` behind its certificate, and keeps its TLS sessions in `sessions`.
std::shared_ptr<grpc::Channel> ConnectWithChain(const GuardedServer& server,
                                                const MintedCertificate& client,
                                                const std::string& chain,
                                                grpc_ssl_session_cache* sessions) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = server.authority().certificate_pem();
  options.pem_cert_chain = client.certificate_pem + chain;
  options.pem_private_key = client.private_key_pem;
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const grpc_arg cache = grpc_ssl_session_cache_create_channel_arg(sessions);
  arguments.SetPointerWithVtable(cache.key, cache.value.pointer.p, cache.value.pointer.vtable);
  return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(server.port()),
                                   grpc::SslCredentials(options), arguments);
}

TEST_CASE("an intermediate that the caller presents proves its authority, also when it resumes") {
  const ScratchDirectory files;
  const CertificateAuthority corp("corp CA");
  const CertificateAuthority partner("partner CA");
  const CertificateAuthority issuing("corp issuing CA", corp);
  GuardedServer server(
      {.policy = PolicyOf(files, corp.certificate_pem(), partner.certificate_pem(), kAdaOfCorp),
       .more_client_roots = corp.certificate_pem() + partner.certificate_pem()});
  const MintedCertificate ada = issuing.Issue("CN=ada");
  grpc_ssl_session_cache* const sessions = grpc_ssl_session_cache_create_lru(8);
  bool resumed = false;
  // The ticket of the first connection may come after its call has ended.
  for (int connection = 0; connection < 5 && !resumed; ++connection) {
    CHECK(Call(ConnectWithChain(server, ada, issuing.certificate_pem(), sessions)) ==
          grpc::StatusCode::OK);
    const auto record = server.Records().back();
    CHECK(record["certgate"]["authority"] == "corp");
    resumed = record["tls"]["resumed"].get<bool>();
  }
  CHECK(resumed);
  grpc_ssl_session_cache_destroy(sessions);
}

TEST_CASE("when a CA certificate expires, its callers are refused from then on") {
  const ScratchDirectory files;
  const CertificateAuthority corp("corp CA");
  const CertificateAuthority partner("partner CA");
  const CertificateAuthority issuing("corp issuing CA", corp, absl::Now() + absl::Hours(2));
  std::atomic<bool> later{false};
  GuardedServer server(
      {.policy = PolicyOf(files, corp.certificate_pem(), partner.certificate_pem(), kAdaOfCorp),
       .more_client_roots = corp.certificate_pem(),
       .clock = [&later] {
         return absl::Now() + (later ? absl::Hours(3) : absl::ZeroDuration());
       }});
  MintedCertificate ada = issuing.Issue("CN=ada");
  ada.certificate_pem += issuing.certificate_pem();
  const auto channel = server.Connect(ada);
  CHECK(Call(channel) == grpc::StatusCode::OK);
  later = true;
  CHECK(Call(channel) == grpc::StatusCode::UNAUTHENTICATED);
  CHECK(server.Records().back()["event"]["reason"] == "issuer_unproven");
}

}  // namespace
}  // namespace certgate::testing
