#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/audit/random_texts.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using testing::RandomTexts;

TEST_CASE("ten thousand random records are each one valid line of ASCII") {
  RandomTexts random(20261122);
  for (std::uint64_t sequence = 1; sequence <= 10000; ++sequence) {
    const PeerIdentity caller = random.Caller();
    std::vector<std::string> texts(8);
    for (std::string& text : texts) text = random.Text();
    DecisionRecord record = testing::DeniedRecord(caller);
    if (random.Below(3) == 0) record.caller = nullptr;
    record.effect = static_cast<Effect>(random.Below(2));
    record.reason = static_cast<Reason>(random.Below(14));
    record.observed = static_cast<Reason>(random.Below(14));
    record.nearest_failed = static_cast<Field>(random.Below(12));
    record.action = static_cast<DecisionAction>(random.Below(3));
    const CallEnd end = {static_cast<int>(random.Below(20)), random.Below(1000), random.Below(1000),
                         random.Below(1000), random.Below(1000)};
    if (record.action == DecisionAction::kCallEnd) record.end = &end;
    record.admitted_by = texts[7];
    record.detail = texts[0];
    record.rule_name = texts[1];
    record.rule_owner = texts[2];
    record.rule_reason = texts[3];
    record.nearest_rule = texts[4];
    record.path = texts[5];
    record.peer.uri = texts[6];

    const std::string line = EncodeRecord(record, sequence, texts[7], "0.1.0");
    INFO(line);
    REQUIRE(testing::IsOneBoundedLine(line));
    const nlohmann::json encoded = nlohmann::json::parse(line);
    REQUIRE(encoded["event"]["sequence"] == sequence);
    if (record.end == nullptr) {
      REQUIRE(encoded["event"]["reason"] == std::string(ToString(record.reason)));
    } else {
      REQUIRE(encoded["certgate"]["call"]["sent"]["bytes"] == end.sent_bytes);
    }
    REQUIRE(encoded["certgate"]["mode"] == "enforce");
    REQUIRE(encoded.size() <= 10);
  }
}

TEST_CASE("ten thousand random records of other kinds are each one valid line of ASCII") {
  RandomTexts random(20261123);
  for (std::uint64_t sequence = 1; sequence <= 10000; ++sequence) {
    std::vector<std::string> texts(8);
    for (std::string& text : texts) text = random.Text();
    PolicyLoadRecord load = testing::LoadedRecord();
    load.loaded = random.Below(2) == 0;
    load.trigger = texts[0];
    load.policy_name = texts[1];
    load.previous_version = texts[2];
    load.errors = random.Texts();
    load.remarks = random.Texts();
    load.gained.assign(random.Below(30), {texts[3], texts[4]});
    load.lost.assign(random.Below(30), {texts[4], texts[3]});
    load.changed_files.assign(random.Below(30), {texts[5], texts[6]});
    std::string line = EncodeRecord(load, sequence, texts[7], "0.1.0");
    INFO(line);
    REQUIRE(testing::IsOneBoundedLine(line));
    nlohmann::json encoded = nlohmann::json::parse(line);
    REQUIRE(encoded["event"]["sequence"] == sequence);
    REQUIRE(encoded["event"]["reason"] == (load.loaded ? "loaded" : "refused"));
    REQUIRE(encoded["certgate"]["load"]["count"]["lost"] == load.lost.size());
    REQUIRE(encoded.size() <= 8);

    HandshakeRecord handshake = testing::FailedHandshakeRecord();
    handshake.cause = texts[0];
    handshake.peer.uri = texts[1];
    line = EncodeRecord(handshake, sequence, texts[7], "0.1.0");
    INFO(line);
    REQUIRE(testing::IsOneBoundedLine(line));
    encoded = nlohmann::json::parse(line);
    REQUIRE(encoded["event"]["outcome"] == "failure");
    REQUIRE(encoded["certgate"]["handshake"]["count"] == 1);
    REQUIRE(encoded.size() <= 8);
  }
}

TEST_CASE("ten thousand random records of a trail are each one valid line of ASCII") {
  RandomTexts random(20261124);
  for (std::uint64_t sequence = 1; sequence <= 10000; ++sequence) {
    std::vector<std::string> texts(8);
    for (std::string& text : texts) text = random.Text();
    TrailRecord trail = testing::OpenRecord();
    trail.action = static_cast<TrailRecord::Action>(random.Below(3));
    trail.place = texts[0];
    trail.continues = texts[1];
    trail.torn = texts[2];
    trail.remark = texts[3];
    trail.key_id = texts[4];
    trail.records = random.Below(3);
    std::string line = testing::EncodedLine(trail, sequence, texts[7], "0.1.0");
    INFO(line);
    REQUIRE(testing::IsOneBoundedLine(line));
    nlohmann::json encoded = nlohmann::json::parse(line);
    REQUIRE(encoded["event"]["outcome"] == "success");
    REQUIRE(encoded["certgate"]["trail"]["torn_bytes"] == 9);
    REQUIRE(encoded.size() == 6);
    REQUIRE(ReadChain(std::string_view(line).substr(0, line.size() - 1))->IsSound());

    SuppressedRecord suppressed = testing::FloodRecord();
    suppressed.cause = static_cast<SuppressedRecord::Cause>(random.Below(3));
    suppressed.path = texts[0];
    suppressed.peer_uri = texts[1];
    suppressed.subject = texts[2];
    suppressed.certificate_sha256 = texts[3];
    suppressed.error = texts[4];
    line = testing::EncodedLine(suppressed, sequence, texts[7], "0.1.0");
    INFO(line);
    REQUIRE(testing::IsOneBoundedLine(line));
    encoded = nlohmann::json::parse(line);
    REQUIRE(encoded["event"]["outcome"] == "failure");
    REQUIRE(encoded["certgate"]["suppressed"]["count"] == 99);
    REQUIRE(encoded.size() <= 10);
  }
}

}  // namespace
}  // namespace certgate
