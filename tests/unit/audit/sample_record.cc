#include "tests/unit/audit/sample_record.h"

#include <absl/time/civil_time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

namespace certgate::testing {
namespace {

absl::Time Utc(int year, int month, int day, int hour) {
  return absl::FromCivil(absl::CivilHour(year, month, day, hour), absl::UTCTimeZone());
}

template <typename Record>
nlohmann::json EncodedAny(const Record& record) {
  const std::string line = EncodedLine(record, 42, "greeter-server", "0.1.0");
  if (!IsOneBoundedLine(line)) throw std::runtime_error("not one bounded line: " + line);
  const auto link = ReadChain(std::string_view(line).substr(0, line.size() - 1));
  if (!link || !link->IsSound() || link->previous != ChainHash().text()) {
    throw std::runtime_error("not the first of a chain: " + line);
  }
  nlohmann::json encoded = nlohmann::json::parse(line);
  encoded["certgate"].erase("chain");
  return encoded;
}

}  // namespace

PeerIdentity SampleCaller() {
  PeerIdentity caller;
  caller.common_name = "my-grpc-client";
  caller.organizational_units = {"eng", "tools"};
  caller.organizations = {"Acme"};
  caller.dns_names = {"client.acme.example"};
  caller.uris = {"spiffe://acme.example/payments"};
  caller.emails = {"pay@acme.example"};
  caller.ip_addresses = {"192.0.2.7", "2001:db8::7"};
  caller.spiffe_id = "spiffe://acme.example/payments";
  caller.certificate.subject = "CN=my-grpc-client,OU=tools,OU=eng,O=Acme";
  caller.certificate.issuer = "CN=MyTestCA";
  caller.certificate.issuer_common_names = {"MyTestCA"};
  caller.certificate.serial_number = "0A1B2C";
  caller.certificate.sha256 = std::string(64, 'a');
  caller.certificate.not_before = Utc(2026, 11, 1, 0);
  caller.certificate.not_after = Utc(2027, 11, 1, 0);
  return caller;
}

DecisionRecord DeniedRecord(const PeerIdentity& caller) {
  DecisionRecord record;
  record.time = Utc(2026, 11, 22, 8) + absl::Microseconds(123456);
  record.id = "01JDC7V9Z8W2M4T6R8Q0N2P4K6";
  record.effect = Effect::kDeny;
  record.reason = Reason::kNoMatchingRule;
  record.nearest_rule = "payments-team";
  record.nearest_failed = Field::kOu;
  record.policy_name = "greeter";
  record.policy_version = "sha256:0123";
  record.path = "/helloworld.Greeter/SayHello";
  record.peer.uri = "ipv4:127.0.0.1:46924";
  record.caller = &caller;
  record.certificate = &caller.certificate;
  return record;
}

DecisionRecord AllowedRecord(const PeerIdentity& caller) {
  DecisionRecord record = DeniedRecord(caller);
  record.effect = Effect::kAllow;
  record.reason = Reason::kAllowed;
  record.nearest_rule = {};
  record.nearest_failed = Field::kNone;
  record.rule_name = "payments-team";
  record.rule_owner = "pay@acme.example";
  record.rule_reason = "JIRA-42";
  return record;
}

DecisionRecord RevokedRecord(const PeerIdentity& caller) {
  DecisionRecord record = DeniedRecord(caller);
  record.action = DecisionAction::kRevokeCall;
  record.admitted_by = "01JDC7V9Z8W2M4T6R8Q0N2P4K6";
  record.id = "01JDC7VNZ4B7X9C1D3F5G7H9J2";
  record.ran_for = absl::Milliseconds(12345);
  record.reason = Reason::kCertificateRevoked;
  record.rule_name = "revoked[0]";
  record.nearest_rule = {};
  record.nearest_failed = Field::kNone;
  record.path = "/helloworld.Greeter/SayHelloBidiStream";
  return record;
}

DecisionRecord EndedRecord(const PeerIdentity& caller, const CallEnd& end) {
  DecisionRecord record = AllowedRecord(caller);
  record.action = DecisionAction::kCallEnd;
  record.admitted_by = "01JDC7V9Z8W2M4T6R8Q0N2P4K6";
  record.id = "01JDC7VNZ4B7X9C1D3F5G7H9J2";
  record.ran_for = absl::Milliseconds(12345);
  record.end = &end;
  return record;
}

TrailRecord OpenRecord() {
  TrailRecord record;
  record.time = Utc(2026, 11, 22, 8) + absl::Microseconds(123456);
  record.id = "01JDC7V9Z0A2C4E6G8J0M2P4R6";
  record.action = TrailRecord::Action::kOpen;
  record.reason = "start";
  record.place = "/var/log/certgate/audit.jsonl";
  record.durability = "fsync";
  record.process = 4711;
  record.continues = "audit-20261121T235959.000000Z.jsonl";
  record.torn = "{\"@timest";
  record.torn_bytes = 9;
  record.remark = "the last record has no chain";
  record.key_id = "00000000000000000000000000000000000000000000000000000000000000ff";
  record.checkpoint_records = 1000;
  return record;
}

SuppressedRecord FloodRecord() {
  SuppressedRecord record;
  record.time = Utc(2026, 11, 22, 8) + absl::Microseconds(123456);
  record.id = "01JDC7V9Z1B3D5F7H9K1N3Q5S7";
  record.cause = SuppressedRecord::Cause::kFlood;
  record.count = 99;
  record.since = record.time - absl::Seconds(10);
  record.until = record.time;
  record.decision_reason = "no_matching_rule";
  record.path = "/helloworld.Greeter/SayHello";
  record.peer_uri = "ipv4:192.0.2.7:46924";
  record.subject = "CN=my-grpc-client,O=Acme";
  record.common_name = "my-grpc-client";
  record.certificate_sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  return record;
}

PolicyLoadRecord LoadedRecord() {
  PolicyLoadRecord record;
  record.time = Utc(2026, 11, 22, 8) + absl::Microseconds(123456);
  record.id = "01JDC7V9ZHX5V7P9S1T3W5Y7Z9";
  record.loaded = true;
  record.trigger = "file change";
  record.policy_name = "greeter";
  record.policy_version = "sha256:0123";
  record.previous_version = "sha256:4567";
  record.generation = 3;
  record.changed_files = {{"policy/policy.yaml", "0123"}, {"certs/crl.pem", ""}};
  record.gained = {{"cn alice", "/helloworld.Greeter/SayHello"}, {"ou ops", "*"}};
  record.lost = {{"cn my-grpc-client", "/helloworld.Greeter/*"}};
  return record;
}

PolicyLoadRecord RefusedLoadRecord() {
  PolicyLoadRecord record = LoadedRecord();
  record.loaded = false;
  record.generation = 2;
  record.policy_version = "sha256:4567";
  record.previous_version = "sha256:4567";
  record.gained.clear();
  record.lost.clear();
  record.errors = {"policy.yaml:8:5: unknown key `alow`", "policy.yaml:9:1: no `methods`"};
  return record;
}

HandshakeRecord FailedHandshakeRecord() {
  HandshakeRecord record;
  record.time = Utc(2026, 11, 22, 8) + absl::Microseconds(123456);
  record.id = "01JDC7V9ZJ3A5C7E9G1K3M5N7Q";
  record.cause = "certificate has expired";
  record.peer.uri = "ipv4:192.0.2.7:46924";
  record.since = record.time;
  return record;
}

bool IsOneBoundedLine(std::string_view line) {
  if (line.empty() || line.back() != '\n' || line.size() > kMaxRecordBytes) return false;
  line.remove_suffix(1);
  return std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

nlohmann::json Encoded(const DecisionRecord& record) { return EncodedAny(record); }
nlohmann::json Encoded(const PolicyLoadRecord& record) { return EncodedAny(record); }
nlohmann::json Encoded(const HandshakeRecord& record) { return EncodedAny(record); }
nlohmann::json Encoded(const TrailRecord& record) { return EncodedAny(record); }
nlohmann::json Encoded(const SuppressedRecord& record) { return EncodedAny(record); }

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

int InChild(const std::function<int()>& body) {
  // What the parent has not yet said is not for the child to say.
  std::cout.flush();
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child == 0) _exit(body());
  int status = 0;
  if (waitpid(child, &status, 0) != child) throw std::runtime_error("cannot wait for the child");
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace certgate::testing
