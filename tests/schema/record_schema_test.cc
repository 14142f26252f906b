// Every record that the encoders make is one line of ASCII, and valid against the published schema,
// whatever text comes from certificates and from the wire; and the schema lets nothing else
// through.

#include <absl/time/clock.h>
#include <certgate/audit_record.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/schema/hostile_records.h"
#include "tests/schema/json_schema.h"
#include "tests/support/catch2.h"
#include "tests/support/sanitized.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using nlohmann::json;
using testing::FixedSigner;
using testing::HostileRecords;
using testing::JsonSchema;
using testing::kHash;
using testing::kVersion;

constexpr std::size_t kRounds = testing::kIsSanitized ? 400 : 5000;
// To valijson a text ends at its first NUL.
json ParsedWithoutNul(std::string line) {
  for (std::size_t at = 0; (at = line.find("\\u0000", at)) != line.npos;) line[at + 5] = '1';
  return json::parse(line);
}

// 25,000 of them.
TEST_CASE("each record of a hostile stream is one line of ASCII and valid against the schema") {
  JsonSchema schema(testing::RecordSchema());
  HostileRecords records;
  const auto check = [&](const std::string& line) {
    INFO(line);
    REQUIRE(testing::IsOneBoundedLine(line));
    const json record = ParsedWithoutNul(line);
    if (!schema.Accepts(record)) FAIL(schema.Findings(record));
  };
  for (std::size_t i = 0; i < kRounds; ++i) {
    check(records.Decision());
    check(records.Load());
    check(records.Handshake());
    check(records.Trail());
    check(records.Suppressed());
  }
}

// One record of each kind, with a value in each field.
std::vector<json> FullRecords() {
  PeerIdentity caller = testing::SampleCaller();
  caller.certificate.sha256 = kHash;
  std::vector<json> records;
  const auto add = [&records](json record) {
    record["certgate"]["chain"] = {
        {"previous", kHash}, {"signature", FixedSigner().Sign({})}, {"hash", kHash}};
    records.push_back(std::move(record));
  };
  const auto add_decision = [&](DecisionRecord record) {
    record.policy_version = kVersion;
    add(testing::Encoded(record));
  };
  const CallEnd end = {5, 1, 2, 3, 4};
  add_decision(testing::AllowedRecord(caller));
  add_decision(testing::DeniedRecord(caller));
  add_decision(testing::RevokedRecord(caller));
  add_decision(testing::EndedRecord(caller, end));
  for (PolicyLoadRecord load : {testing::LoadedRecord(), testing::RefusedLoadRecord()}) {
    load.policy_version = load.previous_version = kVersion;
    for (LoadedFile& file : load.changed_files) file.sha256 = kHash;
    add(testing::Encoded(load));
  }
  add(testing::Encoded(testing::FailedHandshakeRecord()));
  SuppressedRecord suppressed = testing::FloodRecord();
  add(testing::Encoded(suppressed));
  suppressed.cause = SuppressedRecord::Cause::kUnwritable;
  suppressed.decision_reason = {};
  suppressed.error = "No space left on device";
  add(testing::Encoded(suppressed));
  TrailRecord trail = testing::OpenRecord();
  add(testing::Encoded(trail));
  trail = {};
  trail.time = absl::Now();
  trail.id = "01JDC7V9Z0A2C4E6G8J0M2P4R6";
  trail.place = "audit.jsonl";
  trail.records = 5;
  trail.action = TrailRecord::Action::kCheckpoint;
  add(testing::Encoded(trail));
  trail.action = TrailRecord::Action::kClose;
  trail.reason = "rotate";
  add(testing::Encoded(trail));
  return records;
}

std::vector<json::json_pointer> Places(const json& record) {
  std::vector<json::json_pointer> places;
  const json flat = record.flatten();
  for (const auto& [path, value] : flat.items()) {
    for (json::json_pointer at(path); !at.empty(); at.pop_back()) places.push_back(at);
  }
  return places;
}

TEST_CASE("a record of each kind is valid, and with any other value, member or type is not") {
  JsonSchema schema(testing::RecordSchema());
  for (const json& record : FullRecords()) {
    INFO(record.dump());
    REQUIRE(schema.Findings(record) == "");
    json more = record;
    more["unknown"] = 1;
    CHECK_FALSE(schema.Accepts(more));
    for (const json::json_pointer& at : Places(record)) {
      INFO(at.to_string());
      json other = record;
      other[at] = other[at].is_string() ? json(7) : json("7");
      CHECK_FALSE(schema.Accepts(other));
      other[at] = nullptr;
      CHECK_FALSE(schema.Accepts(other));
      if (!record[at].is_object()) continue;
      other = record;
      other[at]["unknown"] = 1;
      CHECK_FALSE(schema.Accepts(other));
      other[at] = json::object();
      CHECK_FALSE(schema.Accepts(other));
    }
  }
}

TEST_CASE("what every record of a kind has cannot be missing") {
  const std::vector<std::string> all = {"/@timestamp",
                                        "/ecs/version",
                                        "/event/kind",
                                        "/event/category",
                                        "/event/type",
                                        "/event/action",
                                        "/event/outcome",
                                        "/event/id",
                                        "/event/sequence",
                                        "/message",
                                        "/service/name",
                                        "/certgate/chain",
                                        "/certgate/chain/previous",
                                        "/certgate/chain/hash"};
  const std::vector<std::pair<std::string, std::vector<std::string>>> kinds = {
      {"authorize", {"/event/reason", "/rpc/system", "/tls/resumed", "/certgate/mode"}},
      {"revoke-call", {"/event/reason", "/event/duration", "/certgate/admitted_by"}},
      {"call-end",
       {"/event/duration", "/rpc/grpc/status_code", "/certgate/admitted_by",
        "/certgate/call/status", "/certgate/call/received/messages", "/certgate/call/sent/bytes"}},
      {"policy-load",
       {"/event/reason", "/certgate/load/part", "/certgate/load/trigger",
        "/certgate/load/generation", "/certgate/load/count/lost"}},
      {"tls-handshake",
       {"/error/message", "/certgate/handshake/count", "/certgate/handshake/since"}},
      {"audit-suppressed",
       {"/event/reason", "/certgate/suppressed/count", "/certgate/suppressed/since",
        "/certgate/suppressed/until"}},
      {"audit-open",
       {"/event/reason", "/certgate/trail/place", "/certgate/trail/durability",
        "/certgate/trail/process"}},
      {"audit-close", {"/event/reason", "/certgate/trail/place", "/certgate/trail/records"}},
      {"audit-checkpoint", {"/certgate/trail/place", "/certgate/trail/records"}}};
  JsonSchema schema(testing::RecordSchema());
  std::size_t checked = 0;
  for (const json& record : FullRecords()) {
    for (const auto& [action, own] : kinds) {
      if (record["event"]["action"] != action) continue;
      std::vector<std::string> places = all;
      places.insert(places.end(), own.begin(), own.end());
      for (const std::string& place : places) {
        INFO(action << " without " << place);
        const json::json_pointer at(place);
        json other = record;
        REQUIRE(other.contains(at));
        other[at.parent_pointer()].erase(at.back());
        CHECK_FALSE(schema.Accepts(other));
        ++checked;
      }
    }
  }
  CHECK(checked > 200);
}

TEST_CASE("what contradicts itself is no record") {
  JsonSchema schema(testing::RecordSchema());
  for (const json& record : FullRecords()) {
    INFO(record.dump());
    for (const char* field : {"action", "category", "type", "outcome", "reason"}) {
      INFO(field);
      for (const json& other : FullRecords()) {
        json mixed = record;
        if (!mixed["event"].contains(field) || !other["event"].contains(field)) continue;
        if (mixed["event"][field] == other["event"][field]) continue;
        // Reasons of one kind may stand for one another.
        const bool is_of_same_kind = mixed["event"]["action"] == other["event"]["action"] &&
                                     mixed["event"]["outcome"] == other["event"]["outcome"];
        const bool is_reason = std::string(field) == "reason";
        if (is_reason && mixed["event"]["action"] != other["event"]["action"] &&
            mixed["event"]["outcome"] == other["event"]["outcome"]) {
          continue;
        }
        if (is_reason && is_of_same_kind && mixed["event"]["action"] != "audit-suppressed")
          continue;
        mixed["event"][field] = other["event"][field];
        CHECK_FALSE(schema.Accepts(mixed));
      }
    }
  }
}

}  // namespace
}  // namespace certgate
