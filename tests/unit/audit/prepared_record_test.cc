#include "src/audit/prepared_record.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "src/audit/certificate_encoder.h"
#include "tests/support/catch2.h"
#include "tests/unit/audit/random_texts.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using testing::AllowedRecord;
using testing::DeniedRecord;
using testing::RandomTexts;
using testing::SampleCaller;

const RecordedService kService = {"greeter-server", "0.1.0"};

// As the whole encoder has it, with the number 42.
std::string Whole(const DecisionRecord& record) {
  std::string line;
  AppendNumbered(EncodeUnnumbered(record, kService), 42, line);
  return line;
}

std::string Filled(const PreparedRecord& prepared, const DecisionRecord& record) {
  UnnumberedRecord filled;
  // What an earlier record has left does not matter.
  filled.line = "left";
  REQUIRE(prepared.Encode(record, filled));
  CHECK(filled.time == record.time);
  CHECK(filled.kind == EncodeUnnumbered(record, kService).kind);
  std::string line;
  AppendNumbered(filled, 42, line);
  return line;
}

}  // namespace

TEST_CASE("a prepared record is filled in as the whole encoder would have it") {
  const PeerIdentity caller = SampleCaller();
  for (const DecisionRecord& first : {AllowedRecord(caller), DeniedRecord(caller)}) {
    const auto prepared = PreparedRecord::Of(first, kService);
    REQUIRE(prepared != nullptr);
    CHECK(Filled(*prepared, first) == Whole(first));
    DecisionRecord later = first;
    later.time += absl::Hours(1234567);
    later.id = "01KAVFAKE00000000000000000";
    for (const char* const peer :
         {"ipv6:%5Bfe80::1%252%5D:5", "ipv4:192.168.100.200:65535", "unix:/run/\"x\".sock", ""}) {
      later.peer.uri = peer;
      later.tls_resumed = !later.tls_resumed;
      CHECK(Filled(*prepared, later) == Whole(later));
    }
  }
}

TEST_CASE("thousands of random records are filled in as the whole encoder would have them") {
  RandomTexts random(20261127);
  int prepared_ones = 0;
  int refused = 0;
  for (int round = 0; round < 4000; ++round) {
    const PeerIdentity caller = random.Caller();
    std::vector<std::string> texts(8);
    for (std::string& text : texts) text = random.Text();
    DecisionRecord record = DeniedRecord(caller);
    if (random.Below(3) == 0) record.caller = nullptr;
    record.effect = static_cast<Effect>(random.Below(2));
    record.reason = static_cast<Reason>(random.Below(14));
    record.nearest_failed = static_cast<Field>(random.Below(12));
    record.detail = texts[0];
    record.rule_name = texts[1];
    record.nearest_rule = texts[2];
    record.path = texts[3];
    record.peer.uri = texts[4];
    const auto prepared = PreparedRecord::Of(record, kService);
    // Random texts are often too long for their fields.
    if (prepared == nullptr) continue;
    ++prepared_ones;
    record.time += absl::Microseconds(random.Below(1'000'000'000));
    record.id = texts[5];
    record.peer.uri = texts[6];
    record.tls_resumed = random.Below(2) == 0;
    UnnumberedRecord filled;
    if (!prepared->Encode(record, filled)) {
      ++refused;
      continue;
    }
    REQUIRE(Filled(*prepared, record) == Whole(record));
  }
  CHECK(prepared_ones > 1000);
  CHECK(refused < prepared_ones);
}

TEST_CASE("a record of which something is cut is encoded anew each time") {
  const PeerIdentity caller = SampleCaller();
  DecisionRecord record = AllowedRecord(caller);
  const auto prepared = PreparedRecord::Of(record, kService);
  const std::string long_peer = "unix:/" + std::string(3000, 'x');
  record.peer.uri = long_peer;
  CHECK(PreparedRecord::Of(record, kService) == nullptr);
  UnnumberedRecord filled;
  CHECK_FALSE(prepared->Encode(record, filled));
  const std::string long_rule(3000, 'r');
  record.rule_name = long_rule;
  CHECK(PreparedRecord::Of(record, kService) == nullptr);
}

TEST_CASE("a record without a time that can be written is encoded anew each time") {
  const PeerIdentity caller = SampleCaller();
  DecisionRecord record = AllowedRecord(caller);
  const auto prepared = PreparedRecord::Of(record, kService);
  record.time = absl::InfiniteFuture();
  CHECK(PreparedRecord::Of(record, kService) == nullptr);
  UnnumberedRecord filled;
  CHECK_FALSE(prepared->Encode(record, filled));
}

}  // namespace certgate
