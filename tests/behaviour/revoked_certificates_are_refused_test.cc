// `revoked` refuses a certificate everywhere: on every method, under `mode: observe` too, and on
// what gRPC registers itself.

#include <string>

#include "tests/support/catch2.h"
#include "tests/support/guarded_server.h"

namespace certgate::testing {
namespace {

constexpr char kSayHello[] = "/helloworld.Greeter/SayHello";
constexpr char kHealth[] = "/grpc.health.v1.Health/Check";

std::string PolicyRevoking(const std::string& revoked) {
  return "version: 1\nname: test\nmode: observe\nmethods:\n  \"*\":\n    allow:\n"
         "      - any: true\nrevoked:\n" +
         revoked + "...\n";
}

CertificateRequest AdaWithSerial(const std::string& serial) {
  CertificateRequest request;
  request.subject = {{.type = "CN", .value = "ada"}};
  request.serial_number = serial;
  return request;
}

TEST_CASE("a certificate that is revoked by its serial number is refused, and no other") {
  GuardedServer server(
      {.policy = PolicyRevoking("  - { serial: \"0A:1B:2C\", id: leaked, owner: sec@acme.example, "
                                "reason: key leaked }\n")});
  const auto revoked = server.Connect(server.authority().Issue(AdaWithSerial("0A1B2C")));
  const auto good = server.Connect(server.authority().Issue(AdaWithSerial("0A1B2D")));
  for (const char* path : {kSayHello, kHealth, "/no.such.Service/Method", "not-a-path"}) {
    CHECK(CallRaw(revoked, path, {HelloRequestBytes("Ada")}).status.error_code() ==
          grpc::StatusCode::UNAUTHENTICATED);
  }
  CHECK(CallRaw(good, kSayHello, {HelloRequestBytes("Ada")}).status.ok());
  const auto records = server.Records();
  REQUIRE(records.size() == 5);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(records[i]["event"]["reason"] == "certificate_revoked");
    CHECK(records[i]["event"]["outcome"] == "failure");
    CHECK(records[i]["rule"]["name"] == "leaked");
    CHECK(records[i]["certgate"]["rule"]["reason"] == "key leaked");
    CHECK(records[i]["certgate"]["mode"] == "enforce");
  }
  CHECK(server.handlers().calls() == 1);
}

TEST_CASE("a certificate that is revoked by its fingerprint is refused") {
  const CertificateAuthority corp("corp CA");
  const MintedCertificate ada = corp.Issue("CN=ada");
  const std::string sha256 = ReadPeerIdentity(ada.certificate_pem).certificate.sha256;
  GuardedServer server({.policy = PolicyRevoking("  - sha256: \"" + sha256 + "\"\n"),
                        .more_client_roots = corp.certificate_pem()});
  CHECK(CallRaw(server.Connect(ada), kSayHello, {HelloRequestBytes("Ada")}).status.error_code() ==
        grpc::StatusCode::UNAUTHENTICATED);
  CHECK(server.Records().back()["rule"]["name"] == "revoked[1]");
  CHECK(CallRaw(server.ConnectAs("CN=ada"), kSayHello, {HelloRequestBytes("Ada")}).status.ok());
}

TEST_CASE("a serial number of one authority does not revoke another's certificate") {
  const ScratchDirectory files;
  const CertificateAuthority corp("corp CA");
  const CertificateAuthority partner("partner CA");
  const std::string policy =
      "version: 1\nname: test\nauthorities:\n"
      "  corp: { ca_file: \"" +
      files.Write("corp.crt", corp.certificate_pem()) +
      "\" }\n"
      "  partner: { ca_file: \"" +
      files.Write("partner.crt", partner.certificate_pem()) +
      "\" }\n"
      "methods:\n  \"*\":\n    allow:\n      - any: true\n"
      "revoked:\n  - { serial: \"0A1B2C\", issuer: corp }\n...\n";
  GuardedServer server(
      {.policy = policy, .more_client_roots = corp.certificate_pem() + partner.certificate_pem()});
  const auto call = [&server](const MintedCertificate& client) {
    return CallRaw(server.Connect(client), kSayHello, {HelloRequestBytes("Ada")})
        .status.error_code();
  };
  CHECK(call(corp.Issue(AdaWithSerial("0A1B2C"))) == grpc::StatusCode::UNAUTHENTICATED);
  CHECK(call(partner.Issue(AdaWithSerial("0A1B2C"))) == grpc::StatusCode::OK);
}

}  // namespace
}  // namespace certgate::testing
