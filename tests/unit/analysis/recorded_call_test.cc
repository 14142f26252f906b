#include "src/analysis/recorded_call.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/analysis/records.h"
#include "tests/unit/analysis/sources.h"

namespace certgate::testing {
namespace {

constexpr char kOrders[] =
    "methods:\n  /a.S/M:\n    allow:\n      - { cn: \"\\\"caf\\u00E9\\\\\", ou: [u, v] }\n"
    "      - { dns: a.acme.example }\n      - { uri: 'spiffe://acme.example/**' }\n"
    "      - { email: a@acme.example, o: Acme }\n      - { serial: A1B2C, cn: number }\n"
    "  /a.S/N: { mode: observe, allow: [{ cn: night }] }\n";

std::vector<PeerIdentity> Callers() {
  std::vector<PeerIdentity> callers = {Certified("\"caf\u00E9\\"),
                                       Certified("number"),
                                       Certified("night"),
                                       Certified(""),
                                       Certified(""),
                                       Certified("")};
  callers[0].organizational_units = {"w", "v"};
  callers[3].dns_names = {"other.example", "A.acme.EXAMPLE"};
  callers[4].uris = {"spiffe://acme.example/a"};
  callers[4].ip_addresses = {"192.0.2.7"};
  callers[5].emails = {"a@acme.example"};
  callers[5].organizations = {"Acme"};
  callers.push_back(Certified(""));  // a certificate without any name
  callers.push_back(Certified("night"));
  callers.back().certificate.not_after = kCallTime - absl::Seconds(1);
  return callers;
}

UnusableRecord Unusable(const std::string& line) {
  return std::get<UnusableRecord>(ReadRecordedCall(line));
}

TEST_CASE("a recorded call is decided as the call was") {
  const PolicySource source = SourceOf(kOrders);
  int allowed = 0;
  for (const PeerIdentity& caller : Callers()) {
    for (const char* path : {"/a.S/M", "/a.S/N", "/b.S/M", "a.S/M", "/a.S/M/x", "", "/a.S/\xff"}) {
      INFO(path);
      const std::string line = RecordOf(*source.policy, caller, path);
      INFO(line);
      const auto read = ReadRecordedCall(line);
      const RecordedCall& call = std::get<RecordedCall>(read);
      const Decision before = source.policy->Decide(caller, path, kCallTime);
      CHECK(source.policy->Decide(call.caller, call.path, call.time) == before);
      CHECK(call.was_let_through == (before.effect == Effect::kAllow));
      CHECK(call.policy_version == source.document.version);
      if (before.reason == Reason::kAllowed) ++allowed;
    }
  }
  // Each of the entries has let somebody in.
  CHECK(allowed == 6);
}

TEST_CASE("the authorities of a record are a text or a list") {
  const PolicySource source = SourceOf(kOrders);
  PeerIdentity caller = Certified("night");
  const VouchingAuthority corp{"corp", absl::InfinitePast(), absl::InfiniteFuture()};
  const auto read = [&] {
    return std::get<RecordedCall>(ReadRecordedCall(RecordOf(*source.policy, caller, "/a.S/N")))
        .authorities;
  };
  CHECK(read().empty());
  caller.authorities = {corp};
  CHECK(read() == std::vector<std::string>{"corp"});
  caller.authorities.push_back({"partner", corp.not_before, corp.not_after});
  CHECK(read() == std::vector<std::string>{"corp", "partner"});
}

TEST_CASE("a record without an accepted identity cannot be replayed") {
  const std::string line = RecordOf(*SourceOf(kOrders).policy, Certified("night"), "/a.S/N");
  for (const char* reason : {"no_certificate", "identity_rejected"}) {
    nlohmann::json record = nlohmann::json::parse(line);
    record["event"]["reason"] = reason;
    CHECK(Unusable(record.dump()).kind == UnusableRecord::Kind::kNoIdentity);
  }
}

TEST_CASE("a record with a cut field that a policy asks for cannot be replayed") {
  const PolicySource source = SourceOf(kOrders);
  PeerIdentity caller = Certified("night");
  for (int i = 0; i < 200; ++i) caller.dns_names.push_back("host" + std::to_string(i) + ".example");
  const UnusableRecord record = Unusable(RecordOf(*source.policy, caller, "/a.S/N"));
  CHECK(record.kind == UnusableRecord::Kind::kTruncated);
  CHECK(record.detail == "tls.client.x509.alternative_names");

  // No policy asks for the display form of the subject.
  PeerIdentity displayed = Certified("night");
  displayed.certificate.subject = "CN=" + std::string(2000, 'n');
  CHECK(std::holds_alternative<RecordedCall>(
      ReadRecordedCall(RecordOf(*source.policy, displayed, "/a.S/N"))));
}

TEST_CASE("a line that is no record says what is wrong") {
  const std::string line = RecordOf(*SourceOf(kOrders).policy, Certified("night"), "/a.S/N");
  const auto changed = [&](const char* pointer, const nlohmann::json& value) {
    nlohmann::json record = nlohmann::json::parse(line);
    record[nlohmann::json::json_pointer(pointer)] = value;
    return Unusable(record.dump()).detail;
  };
  CHECK(Unusable("").detail == "it is no JSON object");
  CHECK(Unusable(line.substr(0, 100)).detail == "it is no JSON object");
  CHECK(Unusable("[1]").detail == "it is no JSON object");
  CHECK(Unusable("{}").detail == "`event.action` is missing");
  CHECK(Unusable(std::string(100'000, '[')).detail == "it is no JSON object");
  CHECK(changed("/@timestamp", "yesterday") == "`@timestamp` is not a time");
  CHECK(changed("/rpc/method", 5) == "`rpc.method` is not a text");
  CHECK(changed("/tls/client/x509/subject/common_name", nlohmann::json::array({1})) ==
        "`tls.client.x509.subject.common_name` is not a list of texts");
  CHECK(changed("/tls", nlohmann::json::object()) == "`tls.client.x509.serial_number` is missing");
}

TEST_CASE("records of other actions are told apart") {
  nlohmann::json record = {{"event", {{"action", "complete"}}}};
  CHECK(Unusable(record.dump()).kind == UnusableRecord::Kind::kOtherAction);
}

TEST_CASE("a call that was ended and a load and a handshake are no recorded calls") {
  const PeerIdentity caller = Certified("a");
  DecisionRecord decision;
  decision.time = kCallTime;
  decision.path = "/a.S/M";
  decision.caller = &caller;
  decision.certificate = &caller.certificate;
  decision.reason = Reason::kNoMatchingRule;
  CHECK(std::holds_alternative<RecordedCall>(
      ReadRecordedCall(EncodeRecord(decision, 1, "server", "1.0"))));
  decision.action = DecisionAction::kRevokeCall;
  const std::string lines[] = {EncodeRecord(decision, 2, "server", "1.0"),
                               EncodeRecord(PolicyLoadRecord(), 3, "server", "1.0"),
                               EncodeRecord(HandshakeRecord(), 4, "server", "1.0")};
  for (const std::string& line : lines) {
    CHECK(Unusable(line).kind == UnusableRecord::Kind::kOtherAction);
  }
}

}  // namespace
}  // namespace certgate::testing
