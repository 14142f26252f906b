#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

// What a trail says of itself, of calls that ended, and of records that were not written.

namespace certgate {
namespace {

using nlohmann::json;
using testing::Encoded;

TEST_CASE("the opening of a trail is recorded with every field") {
  const json expected = json::parse(R"({
    "@timestamp":"2026-11-22T08:00:00.123456Z","ecs":{"version":"8.17"},
    "event":{"kind":"event","category":["process"],"type":["start"],"action":"audit-open",
             "outcome":"success","reason":"start","id":"01JDC7V9Z0A2C4E6G8J0M2P4R6",
             "sequence":42},
    "message":"the audit trail /var/log/certgate/audit.jsonl begins (start) and goes on from audit-20261121T235959.000000Z.jsonl; a torn line of 9 bytes was cut off its end; the last record has no chain",
    "service":{"name":"greeter-server","version":"0.1.0"},
    "certgate":{"trail":{"place":"/var/log/certgate/audit.jsonl","durability":"fsync",
      "process":4711,"continues":"audit-20261121T235959.000000Z.jsonl","torn":"{\"@timest",
      "torn_bytes":9,"remark":"the last record has no chain",
      "key_id":"00000000000000000000000000000000000000000000000000000000000000ff",
      "checkpoint_records":1000}}})");
  CHECK(Encoded(testing::OpenRecord()) == expected);
}

TEST_CASE("what a trail does not have is left out of its opening") {
  TrailRecord record = testing::OpenRecord();
  record.continues = record.torn = record.remark = record.key_id = {};
  record.torn_bytes = 0;
  record.checkpoint_records = 0;
  const json encoded = Encoded(record);
  CHECK(encoded["message"] == "the audit trail /var/log/certgate/audit.jsonl begins (start)");
  CHECK(encoded["certgate"]["trail"] == json({{"place", "/var/log/certgate/audit.jsonl"},
                                              {"durability", "fsync"},
                                              {"process", 4711}}));
}

TEST_CASE("the end and a checkpoint of a trail count its records") {
  TrailRecord record;
  record.time = testing::OpenRecord().time;
  record.id = "01JDC7V9Z0A2C4E6G8J0M2P4R6";
  record.action = TrailRecord::Action::kClose;
  record.reason = "rotate";
  record.place = "audit.jsonl";
  record.records = 17;
  json encoded = Encoded(record);
  CHECK(encoded["event"]["action"] == "audit-close");
  CHECK(encoded["event"]["type"] == json({"end"}));
  CHECK(encoded["event"]["reason"] == "rotate");
  CHECK(encoded["message"] == "the audit trail audit.jsonl ends (rotate)");
  CHECK(encoded["certgate"]["trail"] == json({{"place", "audit.jsonl"}, {"records", 17}}));
  record.action = TrailRecord::Action::kCheckpoint;
  record.reason = {};
  encoded = Encoded(record);
  CHECK(encoded["event"]["action"] == "audit-checkpoint");
  CHECK(encoded["event"]["type"] == json({"info"}));
  CHECK_FALSE(encoded["event"].contains("reason"));
  CHECK(encoded["message"] == "the audit trail audit.jsonl is signed up to here");
  CHECK(encoded["certgate"]["trail"] == json({{"place", "audit.jsonl"}, {"records", 17}}));
}

TEST_CASE("a torn line cannot forge a field or reach a terminal") {
  TrailRecord record = testing::OpenRecord();
  record.torn = "\"},\"x\":1}\n\x1b[2J\xe2\x80\xae\xff";
  CHECK(Encoded(record)["certgate"]["trail"]["torn"] == "\"},\"x\":1}\n\x1b[2J\xe2\x80\xae\\xff");
}

TEST_CASE("identical denials that were counted are recorded with what they have in common") {
  const json expected = json::parse(R"({
    "@timestamp":"2026-11-22T08:00:00.123456Z","ecs":{"version":"8.17"},
    "event":{"kind":"event","category":["network"],"type":["access","denied"],
             "action":"audit-suppressed","outcome":"failure","reason":"flood",
             "id":"01JDC7V9Z1B3D5F7H9K1N3Q5S7","sequence":42},
    "message":"99 more calls of my-grpc-client denied to /helloworld.Greeter/SayHello since 2026-11-22T07:59:50Z",
    "rpc":{"system":"grpc","method":"helloworld.Greeter/SayHello"},
    "source":{"address":"192.0.2.7","ip":"192.0.2.7","port":46924},
    "tls":{"client":{"subject":"CN=my-grpc-client,O=Acme",
      "hash":{"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
      "x509":{"subject":{"common_name":["my-grpc-client"]}}}},
    "service":{"name":"greeter-server","version":"0.1.0"},
    "certgate":{"suppressed":{"count":99,"since":"2026-11-22T07:59:50.123456Z",
      "until":"2026-11-22T08:00:00.123456Z","reason":"no_matching_rule"}}})");
  CHECK(Encoded(testing::FloodRecord()) == expected);
}

TEST_CASE("denials to various methods name none") {
  SuppressedRecord record = testing::FloodRecord();
  record.path = {};
  record.subject = {};
  record.common_name = {};
  const json encoded = Encoded(record);
  CHECK(encoded["rpc"] == json({{"system", "grpc"}}));
  CHECK(encoded["message"] == "99 more calls of one caller denied since 2026-11-22T07:59:50Z");
}

TEST_CASE("records that were lost to a queue or an outage are told without a caller") {
  const auto [cause, reason, words] =
      GENERATE(table<SuppressedRecord::Cause, std::string, std::string>({
          {SuppressedRecord::Cause::kQueueFull, "queue_full",
           "99 records lost because the queue of records was full"},
          {SuppressedRecord::Cause::kUnwritable, "unwritable",
           "99 records could not be written and their calls were refused"},
      }));
  SuppressedRecord record = testing::FloodRecord();
  record.cause = cause;
  record.decision_reason = {};
  record.error = "disk full";
  const json encoded = Encoded(record);
  CHECK(encoded["event"]["reason"] == reason);
  CHECK(encoded["event"]["category"] == json({"process"}));
  CHECK(encoded["event"]["type"] == json({"info"}));
  CHECK(encoded["event"]["outcome"] == "failure");
  CHECK(encoded["message"] == words + " since 2026-11-22T07:59:50Z: disk full");
  CHECK(encoded["error"]["message"] == "disk full");
  for (const char* const field : {"rpc", "source", "tls"}) CHECK_FALSE(encoded.contains(field));
  CHECK(encoded["certgate"]["suppressed"] == json({{"count", 99},
                                                   {"since", "2026-11-22T07:59:50.123456Z"},
                                                   {"until", "2026-11-22T08:00:00.123456Z"}}));
}

TEST_CASE("the end of a call is recorded with every field that a decision has and its own") {
  const PeerIdentity caller = testing::SampleCaller();
  const CallEnd end = {0, 3, 120, 5, 4096};
  const DecisionRecord record = testing::EndedRecord(caller, end);
  const json encoded = Encoded(record);
  json decision = Encoded(testing::AllowedRecord(caller));
  for (const char* const field : {"rule", "source", "tls", "service"}) {
    CHECK(encoded[field] == decision[field]);
  }
  CHECK(encoded["event"] == json({{"kind", "event"},
                                  {"category", {"network"}},
                                  {"type", {"connection", "end"}},
                                  {"action", "call-end"},
                                  {"outcome", "success"},
                                  {"duration", 12345000000},
                                  {"id", "01JDC7VNZ4B7X9C1D3F5G7H9J2"},
                                  {"sequence", 42}}));
  CHECK(encoded["rpc"] == json({{"system", "grpc"},
                                {"method", "helloworld.Greeter/SayHello"},
                                {"grpc", {{"status_code", 0}}}}));
  CHECK(encoded["message"] ==
        "my-grpc-client ended /helloworld.Greeter/SayHello after 12.3 s: OK, "
        "3 messages in, 5 out");
  CHECK(encoded["certgate"]["call"] == json({{"status", "OK"},
                                             {"received", {{"messages", 3}, {"bytes", 120}}},
                                             {"sent", {{"messages", 5}, {"bytes", 4096}}}}));
  CHECK(encoded["certgate"]["admitted_by"] == "01JDC7V9Z8W2M4T6R8Q0N2P4K6");
}

TEST_CASE("a call that did not end well is a failure with its status") {
  const auto [code, number, name] = GENERATE(table<int, int, std::string>({
      {1, 1, "CANCELLED"},
      {2, 2, "UNKNOWN"},
      {4, 4, "DEADLINE_EXCEEDED"},
      {16, 16, "UNAUTHENTICATED"},
      {17, 2, "UNKNOWN"},
      {-1, 2, "UNKNOWN"},
  }));
  const PeerIdentity caller = testing::SampleCaller();
  CallEnd end;
  end.status_code = code;
  const json encoded = Encoded(testing::EndedRecord(caller, end));
  CHECK(encoded["event"]["outcome"] == "failure");
  CHECK(encoded["rpc"]["grpc"]["status_code"] == number);
  CHECK(encoded["certgate"]["call"]["status"] == name);
}

TEST_CASE("the end of a call without figures is no success") {
  const PeerIdentity caller = testing::SampleCaller();
  DecisionRecord record = testing::EndedRecord(caller, CallEnd());
  record.end = nullptr;
  CHECK(Encoded(record)["event"]["outcome"] == "failure");
}

}  // namespace
}  // namespace certgate
