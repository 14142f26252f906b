#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

// Texts of bytes, of valid UTF-8 and of what JSON is made of, now and then a long one.
class RandomTexts {
 public:
  explicit RandomTexts(std::uint32_t seed) : random_(seed) {}

  std::size_t Below(std::size_t limit) { return random_() % limit; }

  std::string Text() {
    static const std::vector<std::string> pieces = {
        "\"",      "\\",       "\n",           "{",
        "}",       "\xc3\xa9", "\xe2\x80\xae", "\xf0\x9f\x94\x91",
        "\\u0022", "abc",      "/a/b",         "\xed\xa0\x80",
        "..."};
    std::string text;
    const std::size_t length = Below(20) == 0 ? Below(3000) : Below(12);
    for (std::size_t i = 0; i < length; ++i) {
      text += Below(2) == 0 ? pieces[Below(pieces.size())]
                            : std::string(1, static_cast<char>(Below(256)));
    }
    return text;
  }

  std::vector<std::string> Texts() {
    std::vector<std::string> texts(Below(4));
    for (std::string& text : texts) text = Text();
    return texts;
  }

  PeerIdentity Caller() {
    PeerIdentity caller;
    if (Below(2) == 0) caller.common_name = Text();
    caller.organizational_units = Texts();
    caller.organizations = Texts();
    caller.dns_names = Texts();
    caller.uris = Texts();
    caller.spiffe_id = Text();
    caller.certificate.subject = Text();
    caller.certificate.issuer = Text();
    caller.certificate.issuer_common_names = Texts();
    caller.certificate.serial_number = Text();
    caller.certificate.sha256 = Text();
    caller.certificate.not_after = absl::FromUnixSeconds(static_cast<int>(random_()));
    return caller;
  }

 private:
  std::mt19937 random_;
};

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
