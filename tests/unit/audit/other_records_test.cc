#include <certgate/audit_record.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using nlohmann::json;
using testing::Encoded;

TEST_CASE("a call that is ended is recorded with what admitted it and how long it ran") {
  const PeerIdentity caller = testing::SampleCaller();
  DecisionRecord record = testing::RevokedRecord(caller);
  record.effect = GENERATE(Effect::kDeny, Effect::kAllow);
  const json encoded = Encoded(record);
  CHECK(encoded["event"] == json::parse(R"({
    "kind":"event","category":["network"],"type":["end","denied"],"action":"revoke-call",
    "outcome":"failure","reason":"certificate_revoked","duration":12345000000,
    "id":"01JDC7VNZ4B7X9C1D3F5G7H9J2","sequence":42})"));
  CHECK(encoded["rule"]["name"] == "revoked[0]");
  CHECK(encoded["certgate"] ==
        json({{"mode", "enforce"}, {"admitted_by", "01JDC7V9Z8W2M4T6R8Q0N2P4K6"}}));
  // The caller is recorded as it is when a call begins.
  CHECK(encoded["tls"] == Encoded(testing::DeniedRecord(caller))["tls"]);
  CHECK(encoded["source"]["ip"] == "127.0.0.1");
}

TEST_CASE("a call cannot have run for less than nothing") {
  const PeerIdentity caller = testing::SampleCaller();
  DecisionRecord record = testing::RevokedRecord(caller);
  record.ran_for = -absl::InfiniteDuration();
  CHECK(Encoded(record)["event"]["duration"] == 0);
}

TEST_CASE("only a call that is ended has a length and a record that admitted it") {
  const PeerIdentity caller = testing::SampleCaller();
  DecisionRecord record = testing::RevokedRecord(caller);
  record.action = DecisionAction::kAuthorize;
  CHECK_FALSE(Encoded(record)["event"].contains("duration"));
  CHECK_FALSE(Encoded(record)["certgate"].contains("admitted_by"));
}

TEST_CASE("a load is recorded with every field") {
  const json expected = json::parse(R"({
    "@timestamp":"2026-11-22T08:00:00.123456Z","ecs":{"version":"8.17"},
    "event":{"kind":"event","category":["configuration"],"type":["change"],"action":"policy-load",
             "outcome":"success","reason":"loaded","id":"01JDC7V9ZHX5V7P9S1T3W5Y7Z9","sequence":42},
    "message":"policy greeter loaded (generation 3, file change): 2 gained, 1 lost access",
    "rule":{"ruleset":"greeter","version":"sha256:0123"},
    "service":{"name":"greeter-server","version":"0.1.0"},
    "certgate":{"load":{"part":"rules","trigger":"file change","generation":3,"previous_version":"sha256:4567",
      "count":{"files":2,"gained":2,"lost":1,"remarks":0,"errors":0},
      "files":["policy/policy.yaml sha256:0123","certs/crl.pem unread"],
      "gained":["cn alice: /helloworld.Greeter/SayHello","ou ops: *"],
      "lost":["cn my-grpc-client: /helloworld.Greeter/*"]}}})");
  CHECK(Encoded(testing::LoadedRecord()) == expected);
}

TEST_CASE("a load that is refused is a failure with all its errors") {
  PolicyLoadRecord record = testing::RefusedLoadRecord();
  record.remarks = {"the policies are too large to be compared"};
  const json encoded = Encoded(record);
  CHECK(encoded["event"]["outcome"] == "failure");
  CHECK(encoded["event"]["reason"] == "refused");
  CHECK(encoded["error"]["message"] ==
        "policy.yaml:8:5: unknown key `alow`\npolicy.yaml:9:1: no `methods`");
  CHECK(encoded["rule"]["version"] == "sha256:4567");
  CHECK(encoded["certgate"]["load"]["generation"] == 2);
  CHECK(encoded["certgate"]["load"]["count"]["errors"] == 2);
  CHECK(encoded["certgate"]["load"]["remarks"] == json(record.remarks));
}

TEST_CASE("names in a load cannot forge a line or another item") {
  PolicyLoadRecord record = testing::LoadedRecord();
  record.lost = {{"cn \"],\"x\":[\"\n\xe2\x80\xae", "*"}};
  const json lost = Encoded(record)["certgate"]["load"]["lost"];
  CHECK(lost == json({"cn \"],\"x\":[\"\n\xe2\x80\xae: *"}));
}

TEST_CASE("a failed handshake is recorded with every field") {
  HandshakeRecord record = testing::FailedHandshakeRecord();
  record.count = 7;
  const json expected = json::parse(R"({
    "@timestamp":"2026-11-22T08:00:00.123456Z","ecs":{"version":"8.17"},
    "event":{"kind":"event","category":["network"],"type":["connection","denied"],
             "action":"tls-handshake","outcome":"failure","id":"01JDC7V9ZJ3A5C7E9G1K3M5N7Q",
             "sequence":42},
    "message":"7 TLS handshakes from 192.0.2.7 failed since 2026-11-22T08:00:00Z: certificate has expired",
    "source":{"address":"192.0.2.7","ip":"192.0.2.7","port":46924},
    "error":{"message":"certificate has expired"},
    "service":{"name":"greeter-server","version":"0.1.0"},
    "certgate":{"handshake":{"count":7,"since":"2026-11-22T08:00:00.123456Z"}}})");
  CHECK(Encoded(record) == expected);
  record.peer = {};
  CHECK_FALSE(Encoded(record).contains("source"));
}

}  // namespace
}  // namespace certgate
