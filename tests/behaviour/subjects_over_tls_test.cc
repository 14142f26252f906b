// Certificates that a certificate authority might be talked into, over a real handshake.

#include <openssl/asn1.h>

#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/guarded_server.h"

namespace certgate::testing {
namespace {

constexpr char kSayHello[] = "/helloworld.Greeter/SayHello";

const std::string kPolicy =
    "version: 1\n"
    "name: test\n"
    "methods:\n"
    "  /helloworld.Greeter/SayHello:\n"
    "    allow:\n"
    "      - { cn: ada, id: by-cn }\n"
    "      - { ou: admin, id: by-ou }\n"
    "      - { cn: \"Zo\xC3\xAB\", id: by-utf8 }\n"
    "      - { uri: \"spiffe://acme.example/ada\", id: by-uri }\n";

struct Outcome {
  grpc::StatusCode code;
  nlohmann::json record;
};

Outcome CallWith(const std::vector<SubjectAttribute>& subject,
                 const std::vector<std::string>& names = {}) {
  GuardedServer server({.policy = kPolicy});
  CertificateRequest request;
  request.subject = subject;
  request.alternative_names = names;
  const CallOutcome outcome = CallRaw(server.Connect(server.authority().Issue(request)), kSayHello,
                                      {HelloRequestBytes("Ada")});
  const auto records = server.Records();
  REQUIRE(records.size() == 1);
  CHECK(server.handlers().calls() == (outcome.status.ok() ? 1u : 0u));
  return {outcome.status.error_code(), records[0]};
}

void CheckRejected(const Outcome& outcome) {
  CHECK(outcome.code == grpc::StatusCode::UNAUTHENTICATED);
  CHECK(outcome.record["event"]["reason"] == "identity_rejected");
  CHECK_FALSE(outcome.record["certgate"]["detail"].get<std::string>().empty());
  CHECK(outcome.record["tls"]["client"]["hash"]["sha256"].get<std::string>().size() == 64);
}

void CheckAllowedBy(const Outcome& outcome, const std::string& rule) {
  CHECK(outcome.code == grpc::StatusCode::OK);
  CHECK(outcome.record["rule"]["name"] == rule);
}

}  // namespace

TEST_CASE("ambiguous and malformed subjects are refused as identities") {
  CheckRejected(CallWith({{"CN", "eve"}, {"CN", "ada"}}));
  CheckRejected(CallWith({{"CN", "ada"}, {"CN", "eve"}}));
  CheckRejected(CallWith({{"CN", std::string("ada\0eve", 7)}}));
  CheckRejected(CallWith({{"CN", "eve"}, {"OU", "admin", 0, true}}));
  CheckRejected(CallWith({{"CN", "ada\n"}}));
  CheckRejected(CallWith({{"CN", "ada"}, {"OU", std::string(300, 'x')}}));
  CheckRejected(CallWith({{"CN", "ada", V_ASN1_T61STRING}}));
}

TEST_CASE("one value that looks like several attributes is one value") {
  const Outcome outcome = CallWith({{"CN", "mallory,OU=admin/CN=ada"}});
  CHECK(outcome.code == grpc::StatusCode::PERMISSION_DENIED);
  CHECK(outcome.record["tls"]["client"]["x509"]["subject"]["common_name"][0] ==
        "mallory,OU=admin/CN=ada");
}

TEST_CASE("a certificate without a common name is matched by its other names") {
  CheckAllowedBy(CallWith({{"OU", "admin"}}), "by-ou");
  CheckAllowedBy(CallWith({{"O", "Acme"}}, {"URI:spiffe://acme.example/ada"}), "by-uri");
  CHECK(CallWith({{"O", "Acme"}}).code == grpc::StatusCode::PERMISSION_DENIED);
}

TEST_CASE("one of several organizational units is enough") {
  CheckAllowedBy(CallWith({{"OU", "eng"}, {"OU", "admin"}, {"CN", "bob"}}), "by-ou");
}

TEST_CASE("UTF8 and BMP strings of the same text are the same name") {
  CheckAllowedBy(CallWith({{"CN", "Zo\xC3\xAB"}}), "by-utf8");
  CheckAllowedBy(CallWith({{"CN", std::string("\0Z\0o\0\xEB", 6), V_ASN1_BMPSTRING}}), "by-utf8");
}

TEST_CASE("look-alike names are other names") {
  for (const char* name : {"Ada", "ada ", " ada", "\xD0\xB0\x64\x61", "ada\xE2\x80\x8B"}) {
    CAPTURE(name);
    CHECK(CallWith({{"CN", name}}).code == grpc::StatusCode::PERMISSION_DENIED);
  }
}

}  // namespace certgate::testing
