// A resumed TLS session shows no certificates. Whoever stands behind an intermediate whose proof
// has been forgotten is refused over it, until a full handshake proves it again.

#include <memory>
#include <string>

#include "tests/support/catch2.h"
#include "tests/support/long_call.h"
#include "tests/support/reloading_server.h"
#include "tests/support/tls_tunnel.h"
#include "tests/support/wait_until.h"

namespace certgate::testing {
namespace {

constexpr char kPolicy[] =
    "version: 1\nname: forgetful\nmethods:\n  /helloworld.Greeter/*:\n    allow:\n"
    "      - { dns: ada.acme.example }\n      - { dns: bob.acme.example }\n";

CertificateRequest RequestFor(const std::string& name) {
  CertificateRequest request;
  request.subject = {{"CN", name}};
  request.alternative_names = {"DNS:" + name + ".acme.example"};
  return request;
}

// A server that remembers one certificate, and a client behind an intermediate.
struct Forgetful {
  const CertificateAuthority root{"root CA"};
  const CertificateAuthority middle{"middle CA", root};
  ReloadingServer server;
  MintedCertificate ada;

  explicit Forgetful(bool knows_intermediate)
      : server({.policy = std::string(kPolicy) + "...\n",
                .more_client_roots =
                    root.certificate_pem() + (knows_intermediate ? middle.certificate_pem() : ""),
                .identity_cache_capacity = 1}),
        ada(middle.Issue(RequestFor("ada"))) {
    ada.certificate_pem += middle.certificate_pem();
  }

  std::unique_ptr<ResumingClient> Client(int version) const {
    return std::make_unique<ResumingClient>(ada, server.authority().certificate_pem(), version);
  }
  /// Another certificate takes the place of the one that the server remembers.
  void Forget() const {
    REQUIRE(SayHello(server.Connect(server.authority().Issue(RequestFor("bob")))).ok());
  }
  grpc::StatusCode CallOver(const TlsTunnel& tunnel, bool is_resumed) const {
    REQUIRE(tunnel.channel() != nullptr);
    const grpc::StatusCode code = SayHello(tunnel.channel()).error_code();
    CHECK(tunnel.is_resumed() == is_resumed);
    CHECK(server.Records().back()["tls"]["resumed"] == is_resumed);
    return code;
  }
};

}  // namespace

TEST_CASE("a resumed session whose intermediates were forgotten is refused until they are proved") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  CAPTURE(version);
  const Forgetful scene(false);
  const int port = scene.server.port();
  const auto client = scene.Client(version);
  CHECK(scene.CallOver(*client->Connect(port), false) == grpc::StatusCode::OK);
  CHECK(scene.CallOver(*client->Resume(port), true) == grpc::StatusCode::OK);

  scene.Forget();
  for (int i = 0; i < 3; ++i) {
    CHECK(scene.CallOver(*client->Resume(port), true) == grpc::StatusCode::UNAUTHENTICATED);
    CHECK(scene.server.Records().back()["event"]["reason"] == "issuer_unproven");
  }
  CHECK(scene.CallOver(*client->Connect(port), false) == grpc::StatusCode::OK);
  CHECK(scene.CallOver(*client->Resume(port), true) == grpc::StatusCode::OK);
}

TEST_CASE("a resumed session needs no chain where the client CA file has the intermediate") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  CAPTURE(version);
  const Forgetful scene(true);
  const int port = scene.server.port();
  const auto client = scene.Client(version);
  CHECK(scene.CallOver(*client->Connect(port), false) == grpc::StatusCode::OK);
  scene.Forget();
  CHECK(scene.CallOver(*client->Resume(port), true) == grpc::StatusCode::OK);
}

TEST_CASE("a running call outlives a reload after its chain was forgotten") {
  Forgetful scene(false);
  const auto client = scene.Client(TLS1_3_VERSION);
  REQUIRE(scene.CallOver(*client->Connect(scene.server.port()), false) == grpc::StatusCode::OK);
  const auto tunnel = client->Resume(scene.server.port());
  REQUIRE(tunnel->is_resumed());
  const LongCall call(tunnel->channel(), CallKind::kServerStream);
  REQUIRE(WaitUntil([&] { return scene.server.handlers().waiting("ada") == 1; }));
  scene.Forget();
  const std::uint64_t before = scene.server.status().generation;
  scene.server.Replace("policy.yaml",
                       std::string(kPolicy) + "      - { dns: eve.acme.example }\n...\n");
  REQUIRE(WaitUntil([&] { return scene.server.status().generation > before; }));
  // Whoever still runs has been decided again before this call of another is.
  scene.Forget();
  CHECK_FALSE(call.end().has_value());
  for (const nlohmann::json& record : scene.server.Records()) {
    CHECK(record["event"]["action"] != "revoke-call");
  }
}

}  // namespace certgate::testing
