#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/audit/record_fields.h"
#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using testing::DeniedRecord;
using testing::Encoded;
using testing::IsOneBoundedLine;
using testing::SampleCaller;

// A record all of whose texts are `text` and whose lists are `names`.
struct FilledRecord {
  FilledRecord(std::string filling, const std::vector<std::string>& names)
      : text(std::move(filling)) {
    caller.common_name = text;
    for (std::vector<std::string>* list :
         {&caller.organizational_units, &caller.organizations, &caller.dns_names, &caller.uris,
          &caller.emails, &caller.ip_addresses, &caller.certificate.issuer_common_names}) {
      *list = names;
    }
    for (const std::string& name : names) {
      caller.authorities.push_back({name, absl::InfinitePast(), absl::InfiniteFuture()});
    }
    caller.spiffe_id = text;
    for (std::string* value : {&caller.certificate.subject, &caller.certificate.issuer,
                               &caller.certificate.serial_number, &caller.certificate.sha256}) {
      *value = text;
    }
    // The longest forms of all else.
    caller.certificate.not_before = caller.certificate.not_after = absl::FromUnixSeconds(1LL << 62);
    record.time = absl::FromUnixSeconds(-(1LL << 62)) + absl::Microseconds(1);
    for (std::string_view* view :
         {&record.id, &record.detail, &record.rule_name, &record.rule_owner, &record.rule_reason,
          &record.nearest_rule, &record.policy_name, &record.policy_version, &record.path,
          &record.peer.uri}) {
      *view = text;
    }
    record.effect = Effect::kAllow;
    record.reason = Reason::kWouldDeny;
    record.observed = Reason::kNoMatchingRule;
    record.mode = Mode::kObserve;
    record.ran_for = absl::InfiniteDuration();
    record.admitted_by = text;
    record.nearest_failed = Field::kSerial;
    record.caller = &caller;
    record.certificate = &caller.certificate;
  }
  FilledRecord(const FilledRecord&) = delete;
  FilledRecord& operator=(const FilledRecord&) = delete;

  std::string Encode(const std::string& service) const {
    return EncodeRecord(record, UINT64_MAX, service, service);
  }

  const std::string text;
  PeerIdentity caller;
  DecisionRecord record;  // refers to both
};

// The longest forms of the other kinds of record.
struct FilledLoad {
  explicit FilledLoad(std::string filling, std::size_t count = 1) : text(std::move(filling)) {
    load.time = handshake.time = handshake.since =
        absl::FromUnixSeconds(-(1LL << 62)) + absl::Microseconds(1);
    for (std::string_view* view :
         {&load.id, &load.trigger, &load.policy_name, &load.policy_version, &load.previous_version,
          &handshake.id, &handshake.cause, &handshake.peer.uri}) {
      *view = text;
    }
    load.loaded = text.size() % 2 == 0;
    load.generation = handshake.count = UINT64_MAX;
    load.changed_files.assign(count, {text, text});
    load.gained.assign(count, {text, text});
    load.lost = load.gained;
    load.remarks.assign(count, text);
    load.errors = load.remarks;
  }

  const std::string text;
  PolicyLoadRecord load;
  HandshakeRecord handshake;
};

// The longest forms of what a trail says of itself, and of records that were not written.
struct FilledOwn {
  explicit FilledOwn(std::string filling) : text(std::move(filling)) {
    open.time = flood.time = flood.since = flood.until =
        absl::FromUnixSeconds(-(1LL << 62)) + absl::Microseconds(1);
    for (std::string_view* view :
         {&open.id, &open.place, &open.continues, &open.torn, &open.remark, &open.key_id, &flood.id,
          &flood.path, &flood.peer_uri, &flood.subject, &flood.certificate_sha256, &flood.error}) {
      *view = text;
    }
    // Of certgate's own words the longest.
    open.reason = "vanished";
    open.durability = "write";
    flood.decision_reason = "certificate_not_yet_valid";
    open.records = open.process = open.torn_bytes = flood.count = UINT64_MAX;
    open.checkpoint_records = SIZE_MAX;
  }

  const std::string text;
  TrailRecord open;
  SuppressedRecord flood;
};

// As long as a signature.
class FixedSigner final : public ChainSigner {
 public:
  std::string Sign(const ChainHash&) const override { return std::string(88, 'A'); }
};

std::vector<std::string> TruncatedOf(const nlohmann::json& record) {
  return record["certgate"]["truncated"].get<std::vector<std::string>>();
}

template <std::size_t kCount>
std::vector<std::string> NamesOf(const std::array<RecordField, kCount>& fields) {
  std::vector<std::string> names;
  for (const RecordField& field : fields) names.emplace_back(field.name);
  return names;
}

TEST_CASE("the frame of the fullest record is within its allowance") {
  // Single bytes, so that every field is filled to the last byte of its budget.
  const std::string text(20000, 'a');
  FilledRecord filled(text, {text});
  filled.record.action = GENERATE(DecisionAction::kAuthorize, DecisionAction::kRevokeCall);
  const bool is_revocation = filled.record.action == DecisionAction::kRevokeCall;
  if (is_revocation) filled.record.reason = Reason::kNoMatchingRule;
  const std::string line = filled.Encode(text);
  REQUIRE(nlohmann::json::parse(line)["certgate"]["truncated"].size() ==
          kDecisionFields.size() - (is_revocation ? 0 : 1));
  CHECK(line.size() <= kMaxRecordBytes);
  CHECK(line.size() > kMaxRecordBytes - 2048);
  // A source that is an Internet address is shorter than one that is cut, but brings two fields.
  constexpr std::size_t kAddressFields =
      sizeof(R"(,"ip":"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255","port":65535)");
  // The message is the one field that the filling need not bring to its last byte.
  CHECK(line.size() + kAddressFields + kMessageWordsBudget <=
        TotalBudget(kDecisionFields) + kFrameBytes);
}

TEST_CASE("a record of giant texts is cut and stays valid") {
  const std::string unit = GENERATE(as<std::string>{}, "a", "\"", "\\", "\n", "\x7f", "\xff",
                                    "\xc3\xa9", "\xe2\x80\xae", "\xf0\x9f\x94\x91", "a\xff\"");
  std::string text;
  while (text.size() < (1u << 20)) text += unit;
  FilledRecord filled(text, std::vector<std::string>(8, text));
  filled.record.action = DecisionAction::kRevokeCall;
  const std::string line = filled.Encode(text);
  REQUIRE(IsOneBoundedLine(line));
  const nlohmann::json record = nlohmann::json::parse(line);
  CHECK_THAT(TruncatedOf(record), Catch::Matchers::UnorderedEquals(NamesOf(kDecisionFields)));
  const std::string subject = record["tls"]["client"]["subject"];
  CHECK(subject.substr(subject.size() - 3) == "...");
  CHECK(record["event"]["sequence"] == UINT64_MAX);
  CHECK(record["event"]["outcome"] == "failure");
}

TEST_CASE("the frame of the fullest load and handshake is within its allowance") {
  const std::string text(20000, 'a');
  FilledLoad filled(text);
  // Names that fill their list to the last byte.
  filled.load.changed_files.assign(100, {"", std::string(30, 'a')});
  filled.load.gained.assign(100, {std::string(200, 'a'), std::string(100, 'a')});
  filled.load.lost = filled.load.gained;
  for (const bool is_loaded : {true, false}) {
    filled.load.loaded = is_loaded;
    const std::string line = EncodeRecord(filled.load, UINT64_MAX, text, text);
    REQUIRE(IsOneBoundedLine(line));
    CHECK_THAT(TruncatedOf(nlohmann::json::parse(line)),
               Catch::Matchers::UnorderedEquals(NamesOf(kLoadFields)));
    CHECK(line.size() + kMessage.budget <= TotalBudget(kLoadFields) + kFrameBytes);
  }
  const std::string line = EncodeRecord(filled.handshake, UINT64_MAX, text, text);
  REQUIRE(IsOneBoundedLine(line));
  CHECK_THAT(TruncatedOf(nlohmann::json::parse(line)),
             Catch::Matchers::UnorderedEquals(NamesOf(kHandshakeFields)));
  CHECK(line.size() + kMessage.budget <= TotalBudget(kHandshakeFields) + kFrameBytes);
}

TEST_CASE("loads and handshakes of giant texts are cut and stay valid") {
  const std::string unit = GENERATE(as<std::string>{}, "a", "\"", "\\", "\n", "\x7f", "\xff",
                                    "\xc3\xa9", "\xe2\x80\xae", "\xf0\x9f\x94\x91", "a\xff\"");
  std::string text;
  while (text.size() < (1u << 20)) text += unit;
  const FilledLoad filled(text, 8);
  const std::string load = EncodeRecord(filled.load, UINT64_MAX, text, text);
  REQUIRE(IsOneBoundedLine(load));
  CHECK_THAT(TruncatedOf(nlohmann::json::parse(load)),
             Catch::Matchers::UnorderedEquals(NamesOf(kLoadFields)));
  const std::string handshake = EncodeRecord(filled.handshake, UINT64_MAX, text, text);
  REQUIRE(IsOneBoundedLine(handshake));
  CHECK_THAT(TruncatedOf(nlohmann::json::parse(handshake)),
             Catch::Matchers::UnorderedEquals(NamesOf(kHandshakeFields)));
}

TEST_CASE("the frame of the fullest signed record of a trail is within its allowance") {
  const std::string text(20000, 'a');
  const FixedSigner signer;
  FilledOwn filled(text);
  filled.open.action = GENERATE(TrailRecord::Action::kOpen, TrailRecord::Action::kClose,
                                TrailRecord::Action::kCheckpoint);
  const std::string open = testing::EncodedLine(filled.open, UINT64_MAX, text, text, &signer);
  REQUIRE(IsOneBoundedLine(open));
  CHECK_THAT(TruncatedOf(nlohmann::json::parse(open)),
             Catch::Matchers::UnorderedEquals(NamesOf(kTrailFields)));
  CHECK(open.size() + kMessage.budget <= TotalBudget(kTrailFields) + kFrameBytes);
  filled.flood.cause =
      GENERATE(SuppressedRecord::Cause::kFlood, SuppressedRecord::Cause::kUnwritable);
  const std::string flood = testing::EncodedLine(filled.flood, UINT64_MAX, text, text, &signer);
  REQUIRE(IsOneBoundedLine(flood));
  CHECK(flood.size() + kMessage.budget <= TotalBudget(kSuppressedFields) + kFrameBytes);
  if (filled.flood.cause != SuppressedRecord::Cause::kFlood) return;
  CHECK_THAT(TruncatedOf(nlohmann::json::parse(flood)),
             Catch::Matchers::UnorderedEquals(NamesOf(kSuppressedFields)));
}

TEST_CASE("the fullest record of the end of a call is within its allowance") {
  const std::string text(20000, 'a');
  const CallEnd end = {INT32_MIN, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
  FilledRecord filled(text, {text});
  filled.record.action = DecisionAction::kCallEnd;
  filled.record.end = &end;
  const FixedSigner signer;
  const std::string line = testing::EncodedLine(filled.record, UINT64_MAX, text, text, &signer);
  REQUIRE(IsOneBoundedLine(line));
  CHECK(line.size() + kMessageWordsBudget <= TotalBudget(kDecisionFields) + kFrameBytes);
  CHECK(nlohmann::json::parse(line)["rpc"]["grpc"]["status_code"] == 2);
}

TEST_CASE("records of a trail with giant texts are cut and stay valid") {
  const std::string unit = GENERATE(as<std::string>{}, "a", "\"", "\\", "\n", "\x7f", "\xff",
                                    "\xc3\xa9", "\xe2\x80\xae", "\xf0\x9f\x94\x91", "a\xff\"");
  std::string text;
  while (text.size() < (1u << 20)) text += unit;
  const FilledOwn filled(text);
  const FixedSigner signer;
  const std::string open = testing::EncodedLine(filled.open, UINT64_MAX, text, text, &signer);
  REQUIRE(IsOneBoundedLine(open));
  CHECK_THAT(TruncatedOf(nlohmann::json::parse(open)),
             Catch::Matchers::UnorderedEquals(NamesOf(kTrailFields)));
  const std::string flood = testing::EncodedLine(filled.flood, UINT64_MAX, text, text, &signer);
  REQUIRE(IsOneBoundedLine(flood));
  CHECK_THAT(TruncatedOf(nlohmann::json::parse(flood)),
             Catch::Matchers::UnorderedEquals(NamesOf(kSuppressedFields)));
}

TEST_CASE("a million changes are cut without looking at them all and are counted") {
  const FilledLoad filled("name", 1000000);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) {
    const std::string line = EncodeRecord(filled.load, 1, "greeter-server", "0.1.0");
    REQUIRE(IsOneBoundedLine(line));
    const nlohmann::json load = nlohmann::json::parse(line)["certgate"]["load"];
    REQUIRE(load["count"]["gained"] == 1000000);
    REQUIRE(load["gained"].size() > 100);
  }
  // A look at all of them would take minutes.
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
}

TEST_CASE("one giant caller does not push the others out of the list") {
  PolicyLoadRecord record = testing::LoadedRecord();
  std::string giant = "a";
  while (giant.size() < 100000) giant += "\xf0\x9f\x94\x91";
  record.lost = {{giant, giant}, {"cn alice", "*"}, {giant, "*"}};
  const nlohmann::json encoded = Encoded(record);
  const nlohmann::json& lost = encoded["certgate"]["load"]["lost"];
  REQUIRE(lost.size() == 3);
  CHECK(lost[1] == "cn alice: *");
  CHECK(encoded["certgate"]["load"]["count"]["lost"] == 3);
  CHECK(TruncatedOf(encoded) == std::vector<std::string>{"certgate.load.lost"});
}

TEST_CASE("thousands of names are cut without looking at them all") {
  const std::string text(1000, 'n');
  const FilledRecord filled(text, std::vector<std::string>(10000, text));
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) REQUIRE(IsOneBoundedLine(filled.Encode("greeter-server")));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
}

TEST_CASE("thousands of empty names are cut") {
  const FilledRecord filled("x", std::vector<std::string>(10000));
  const std::string line = filled.Encode("x");
  REQUIRE(IsOneBoundedLine(line));
  const nlohmann::json record = nlohmann::json::parse(line);
  CHECK(record["tls"]["client"]["x509"]["subject"]["organizational_unit"].size() > 300);
  CHECK(record["certgate"]["truncated"].size() == 5);
}

TEST_CASE("a common name that is accepted is never cut") {
  // The widest escapes for each length of UTF-8: two bytes give six, four give twelve.
  const std::string unit =
      GENERATE(as<std::string>{}, "a", "\"", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x94\x91");
  std::string name;
  while (name.size() + unit.size() <= kMaxNameBytes) name += unit;
  PeerIdentity caller = SampleCaller();
  caller.common_name = name;
  caller.organizational_units = {name};
  const nlohmann::json record = Encoded(DeniedRecord(caller));
  const nlohmann::json& subject = record["tls"]["client"]["x509"]["subject"];
  CHECK(subject["common_name"] == nlohmann::json({name}));
  CHECK(subject["organizational_unit"] == nlohmann::json({name}));
}

TEST_CASE("a cut list names its field and nothing else") {
  PeerIdentity caller = SampleCaller();
  caller.dns_names.assign(500, "service.acme.example");
  const nlohmann::json record = Encoded(DeniedRecord(caller));
  CHECK(record["certgate"]["truncated"] == nlohmann::json({"tls.client.x509.alternative_names"}));
  CHECK(record["tls"]["client"]["x509"]["alternative_names"].size() > 60);
}

TEST_CASE("a record that is whole has no list of cut fields") {
  const PeerIdentity caller = SampleCaller();
  CHECK_FALSE(Encoded(DeniedRecord(caller))["certgate"].contains("truncated"));
}

}  // namespace
}  // namespace certgate
