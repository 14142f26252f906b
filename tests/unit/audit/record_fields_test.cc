#include <certgate/audit_record.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using nlohmann::json;
using testing::AllowedRecord;
using testing::DeniedRecord;
using testing::Encoded;
using testing::SampleCaller;

TEST_CASE("a denied call is recorded with every field") {
  const PeerIdentity caller = SampleCaller();
  const json expected = json::parse(R"({
    "@timestamp":"2026-11-22T08:00:00.123456Z","ecs":{"version":"8.17"},
    "event":{"kind":"event","category":["network"],"type":["access","denied"],
             "action":"authorize","outcome":"failure","reason":"no_matching_rule",
             "id":"01JDC7V9Z8W2M4T6R8Q0N2P4K6","sequence":42},
    "message":"my-grpc-client denied /helloworld.Greeter/SayHello: nearest rule payments-team, ou did not match",
    "rule":{"ruleset":"greeter","version":"sha256:0123"},
    "rpc":{"system":"grpc","method":"helloworld.Greeter/SayHello"},
    "source":{"address":"127.0.0.1","ip":"127.0.0.1","port":46924},
    "tls":{"client":{"subject":"CN=my-grpc-client,OU=tools,OU=eng,O=Acme","issuer":"CN=MyTestCA",
             "not_before":"2026-11-01T00:00:00Z","not_after":"2027-11-01T00:00:00Z",
             "hash":{"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
             "x509":{"serial_number":"0A1B2C",
                     "subject":{"common_name":["my-grpc-client"],
                                "organizational_unit":["eng","tools"],"organization":["Acme"]},
                     "issuer":{"common_name":["MyTestCA"]},
                     "alternative_names":["DNS:client.acme.example",
                                          "URI:spiffe://acme.example/payments",
                                          "email:pay@acme.example","IP:192.0.2.7",
                                          "IP:2001:db8::7"]}},
           "resumed":false},
    "service":{"name":"greeter-server","version":"0.1.0"},
    "certgate":{"mode":"enforce","nearest_rule":"payments-team","nearest_failed":"ou"}})");
  CHECK(Encoded(DeniedRecord(caller)) == expected);
}

TEST_CASE("an allowed call is recorded with the rule that let it in") {
  const PeerIdentity caller = SampleCaller();
  const json record = Encoded(AllowedRecord(caller));
  CHECK(record["event"]["type"] == json({"access", "allowed"}));
  CHECK(record["event"]["outcome"] == "success");
  CHECK(record["event"]["reason"] == "allowed");
  CHECK(record["rule"] ==
        json({{"name", "payments-team"}, {"ruleset", "greeter"}, {"version", "sha256:0123"}}));
  CHECK(record["certgate"] ==
        json({{"mode", "enforce"},
              {"rule", {{"owner", "pay@acme.example"}, {"reason", "JIRA-42"}}}}));
}

TEST_CASE("the fields stand in the order of the reference") {
  const PeerIdentity caller = SampleCaller();
  const std::string line = EncodeRecord(DeniedRecord(caller), 42, "greeter-server", "0.1.0");
  std::size_t last = 0;
  for (const char* key :
       {"{\"@timestamp\":", ",\"ecs\":{", ",\"event\":{", ",\"message\":", ",\"rule\":{",
        ",\"rpc\":{", ",\"source\":{", ",\"tls\":{", ",\"service\":{", ",\"certgate\":{"}) {
    const std::size_t at = line.find(key, last);
    INFO(key);
    REQUIRE(at != std::string::npos);
    last = at;
  }
}

TEST_CASE("a call without a certificate has no certificate fields") {
  DecisionRecord record;
  record.time = absl::UnixEpoch();
  record.reason = Reason::kNoCertificate;
  record.path = "/x.Y/Z";
  const json encoded = Encoded(record);
  CHECK(encoded["tls"] == json({{"resumed", false}}));
  CHECK(encoded["event"]["reason"] == "no_certificate");
  CHECK(encoded["certgate"] == json({{"mode", "enforce"}}));
  CHECK_FALSE(encoded.contains("rule"));
  CHECK_FALSE(encoded.contains("source"));
  CHECK_FALSE(encoded["event"].contains("id"));
}

TEST_CASE("a refused certificate is recorded without an identity") {
  CertificateSummary certificate;
  certificate.subject = "CN=a,CN=b";
  certificate.sha256 = std::string(64, 'b');
  DecisionRecord record;
  record.time = absl::UnixEpoch();
  record.reason = Reason::kIdentityRejected;
  record.detail = "the subject has 2 common names";
  record.certificate = &certificate;
  const json encoded = Encoded(record);
  CHECK(encoded["tls"]["client"] ==
        json({{"subject", "CN=a,CN=b"}, {"hash", {{"sha256", std::string(64, 'b')}}}}));
  CHECK(encoded["certgate"]["detail"] == "the subject has 2 common names");
}

TEST_CASE("the authorities that vouch at the time of the call are recorded") {
  PeerIdentity caller = SampleCaller();
  DecisionRecord record = DeniedRecord(caller);
  CHECK_FALSE(Encoded(record)["certgate"].contains("authority"));
  caller.authorities = {{"corp", record.time - absl::Hours(1), record.time}};
  CHECK(Encoded(record)["certgate"]["authority"] == "corp");
  caller.authorities.push_back({"shop", record.time, record.time + absl::Hours(1)});
  CHECK(Encoded(record)["certgate"]["authority"] == json({"corp", "shop"}));
  caller.authorities.push_back({"late", record.time + absl::Seconds(1), absl::InfiniteFuture()});
  CHECK(Encoded(record)["certgate"]["authority"] == json({"corp", "shop"}));
}

TEST_CASE("a resumed session is recorded as such") {
  const PeerIdentity caller = SampleCaller();
  DecisionRecord record = AllowedRecord(caller);
  record.tls_resumed = true;
  CHECK(Encoded(record)["tls"]["resumed"] == true);
}

TEST_CASE("the caller's own certificate is recorded when none is named beside it") {
  const PeerIdentity caller = SampleCaller();
  DecisionRecord record = AllowedRecord(caller);
  record.certificate = nullptr;
  CHECK(Encoded(record)["tls"]["client"]["x509"]["serial_number"] == "0A1B2C");
}

TEST_CASE("what was overridden under observe is recorded") {
  const PeerIdentity caller = SampleCaller();
  DecisionRecord record = DeniedRecord(caller);
  record.effect = Effect::kAllow;
  record.mode = Mode::kObserve;
  record.reason = Reason::kWouldDeny;
  record.observed = Reason::kNoMatchingRule;
  const json encoded = Encoded(record);
  CHECK(encoded["event"]["outcome"] == "success");
  CHECK(encoded["event"]["reason"] == "would_deny");
  CHECK(encoded["certgate"] == json({{"mode", "observe"},
                                     {"observed_reason", "no_matching_rule"},
                                     {"nearest_rule", "payments-team"},
                                     {"nearest_failed", "ou"}}));
}

TEST_CASE("the nearest rule is recorded for no other reason than no matching rule") {
  const PeerIdentity caller = SampleCaller();
  DecisionRecord record = DeniedRecord(caller);
  record.reason = Reason::kDeniedByRule;
  CHECK(Encoded(record)["certgate"] == json({{"mode", "enforce"}}));
}

TEST_CASE("a nearest rule that has expired names expires as what failed") {
  const PeerIdentity caller = SampleCaller();
  DecisionRecord record = DeniedRecord(caller);
  record.nearest_failed = Field::kNone;
  CHECK(Encoded(record)["certgate"]["nearest_failed"] == "expires");
}

TEST_CASE("every reason is recorded by its name") {
  const auto [reason, name] = GENERATE(table<Reason, const char*>({
      {Reason::kInternalError, "internal_error"},
      {Reason::kAllowed, "allowed"},
      {Reason::kWouldDeny, "would_deny"},
      {Reason::kNoMatchingRule, "no_matching_rule"},
      {Reason::kMethodNotListed, "method_not_listed"},
      {Reason::kDeniedByRule, "denied_by_rule"},
      {Reason::kMalformedMethod, "malformed_method"},
      {Reason::kNoCertificate, "no_certificate"},
      {Reason::kIdentityRejected, "identity_rejected"},
      {Reason::kCertificateExpired, "certificate_expired"},
      {Reason::kCertificateNotYetValid, "certificate_not_yet_valid"},
      {Reason::kAuditUnavailable, "audit_unavailable"},
  }));
  const PeerIdentity caller = SampleCaller();
  DecisionRecord record = DeniedRecord(caller);
  record.reason = reason;
  CHECK(Encoded(record)["event"]["reason"] == name);
}

TEST_CASE("a path that is not a method is recorded as it came") {
  const std::string path = GENERATE(as<std::string>{}, "helloworld.Greeter/SayHello", "//a/b", "/a",
                                    "/a/", "//b", "/a/b/", "/a/b/c", "*", "/a b/c", "/a/b?x=1");
  const bool whole = path == "/a/b?x=1";  // printable, so a method that nobody has
  const PeerIdentity caller = SampleCaller();
  DecisionRecord record = DeniedRecord(caller);
  record.path = path;
  CHECK(Encoded(record)["rpc"]["method"] == (whole ? path.substr(1) : path));
}

}  // namespace
}  // namespace certgate
