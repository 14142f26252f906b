#include <chrono>
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

TEST_CASE("the frame of the fullest record is within its allowance") {
  // Single bytes, so that every field is filled to the last byte of its budget.
  const std::string text(20000, 'a');
  const FilledRecord filled(text, {text});
  const std::string line = filled.Encode(text);
  REQUIRE(nlohmann::json::parse(line)["certgate"]["truncated"].size() == kRecordFields.size());
  CHECK(line.size() <= kMaxRecordBytes);
  CHECK(line.size() > kMaxRecordBytes - 2048);
  // A source that is an Internet address is shorter than one that is cut, but brings two fields.
  constexpr std::size_t kAddressFields =
      sizeof(R"(,"ip":"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255","port":65535)");
  // The message is the one field that the filling need not bring to its last byte.
  CHECK(line.size() + kAddressFields + kMessageWordsBudget <= TotalBudget() + kFrameBytes);
}

TEST_CASE("a record of giant texts is cut and stays valid") {
  const std::string unit = GENERATE(as<std::string>{}, "a", "\"", "\\", "\n", "\x7f", "\xff",
                                    "\xc3\xa9", "\xe2\x80\xae", "\xf0\x9f\x94\x91", "a\xff\"");
  std::string text;
  while (text.size() < (1u << 20)) text += unit;
  const FilledRecord filled(text, std::vector<std::string>(8, text));
  const std::string line = filled.Encode(text);
  REQUIRE(IsOneBoundedLine(line));
  const nlohmann::json record = nlohmann::json::parse(line);
  std::vector<std::string> expected;
  for (const RecordField& field : kRecordFields) expected.emplace_back(field.name);
  CHECK_THAT(record["certgate"]["truncated"].get<std::vector<std::string>>(),
             Catch::Matchers::UnorderedEquals(expected));
  const std::string subject = record["tls"]["client"]["subject"];
  CHECK(subject.substr(subject.size() - 3) == "...");
  CHECK(record["event"]["sequence"] == UINT64_MAX);
  CHECK(record["event"]["outcome"] == "success");
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
  CHECK(record["tls"]["client"]["x509"]["alternative_names"].size() > 70);
}

TEST_CASE("a record that is whole has no list of cut fields") {
  const PeerIdentity caller = SampleCaller();
  CHECK_FALSE(Encoded(DeniedRecord(caller))["certgate"].contains("truncated"));
}

}  // namespace
}  // namespace certgate
