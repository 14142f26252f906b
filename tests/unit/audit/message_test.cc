#include "src/audit/message.h"

#include <cstdint>
#include <string>

#include "src/audit/record_fields.h"
#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using testing::AllowedRecord;
using testing::DeniedRecord;
using testing::SampleCaller;

template <typename Record>
std::string Message(const Record& record) {
  std::string out;
  REQUIRE(AppendMessage(record, out));
  return out;
}

TEST_CASE("an allowed call reads as a sentence") {
  const PeerIdentity caller = SampleCaller();
  CHECK(Message(AllowedRecord(caller)) ==
        "my-grpc-client allowed /helloworld.Greeter/SayHello by rule payments-team");
}

TEST_CASE("a call that nothing matched names the nearest rule") {
  const PeerIdentity caller = SampleCaller();
  DecisionRecord record = DeniedRecord(caller);
  const std::string start = "my-grpc-client denied /helloworld.Greeter/SayHello: ";
  CHECK(Message(record) == start + "nearest rule payments-team, ou did not match");
  record.nearest_failed = Field::kNone;
  CHECK(Message(record) == start + "nearest rule payments-team has expired");
  record.nearest_rule = {};
  CHECK(Message(record) == start + "no rule for this method matches the caller");
}

TEST_CASE("a call that is let through under observe says so") {
  const PeerIdentity caller = SampleCaller();
  DecisionRecord record = DeniedRecord(caller);
  record.effect = Effect::kAllow;
  record.reason = Reason::kWouldDeny;
  record.observed = Reason::kMethodNotListed;
  CHECK(Message(record) ==
        "my-grpc-client let through /helloworld.Greeter/SayHello under observe: would be denied, "
        "the policy does not list this method");
}

TEST_CASE("a deny rule is named") {
  const PeerIdentity caller = SampleCaller();
  DecisionRecord record = DeniedRecord(caller);
  record.reason = Reason::kDeniedByRule;
  record.rule_name = "lost-laptops";
  CHECK(Message(record) ==
        "my-grpc-client denied /helloworld.Greeter/SayHello: a deny rule matches the caller, rule "
        "lost-laptops");
}

TEST_CASE("every refusal is explained in words") {
  const auto [reason, words] = GENERATE(table<Reason, std::string>({
      {Reason::kInternalError, "internal error"},
      {Reason::kMethodNotListed, "the policy does not list this method"},
      {Reason::kMalformedMethod, "the path is not of the form /service/method"},
      {Reason::kNoCertificate, "no verified client certificate"},
      {Reason::kIdentityRejected, "the certificate is not accepted as an identity"},
      {Reason::kCertificateExpired, "the certificate has expired"},
      {Reason::kCertificateNotYetValid, "the certificate is not yet valid"},
      {Reason::kAuditUnavailable, "the decision could not be recorded"},
  }));
  DecisionRecord record;
  record.reason = reason;
  record.path = "/x/y";
  CHECK(Message(record) == "caller without a certificate denied /x/y: " + words);
  record.detail = "more about it";
  CHECK(Message(record) ==
        "caller without a certificate denied /x/y: " + words + " (more about it)");
}

TEST_CASE("the caller is called by the best name there is") {
  PeerIdentity caller = SampleCaller();
  caller.certificate.sha256 = "abc123";
  const DecisionRecord record = DeniedRecord(caller);
  CHECK(CallerName(record) == "my-grpc-client");
  caller.common_name.reset();
  CHECK(CallerName(record) == "spiffe://acme.example/payments");
  caller.spiffe_id.clear();
  CHECK(CallerName(record) == "client.acme.example");
  caller.dns_names.clear();
  CHECK(CallerName(record) == "CN=my-grpc-client,OU=tools,OU=eng,O=Acme");
  caller.certificate.subject.clear();
  CHECK(CallerName(record) == "abc123");
  caller.certificate.sha256.clear();
  CHECK(CallerName(record) == "caller without a certificate");
}

TEST_CASE("a call that is ended says after how long and why") {
  const PeerIdentity caller = SampleCaller();
  DecisionRecord record = testing::RevokedRecord(caller);
  const std::string start = "my-grpc-client lost /helloworld.Greeter/SayHelloBidiStream after ";
  CHECK(Message(record) == start + "12.3 s: the certificate is revoked, rule revoked[0]");
  const auto [length, words] = GENERATE(table<absl::Duration, std::string>({
      {absl::ZeroDuration(), "0.0 ms"},
      {absl::Milliseconds(-1500), "0.0 ms"},
      {absl::Microseconds(999999), "999.9 ms"},
      {absl::Seconds(1), "1.0 s"},
      {absl::Milliseconds(59999), "59.9 s"},
      {absl::Seconds(60), "1m"},
      {absl::Hours(50) + absl::Milliseconds(4999), "50h4s"},
      {absl::InfiniteDuration(), "inf"},
  }));
  record.ran_for = length;
  record.reason = Reason::kNoMatchingRule;
  CHECK(Message(record) == start + words + ": no rule for this method matches the caller");
}

TEST_CASE("a load reads as a sentence") {
  PolicyLoadRecord record = testing::LoadedRecord();
  const std::string start = "policy greeter loaded (generation 3, file change)";
  CHECK(Message(record) == start + ": 2 gained, 1 lost access");
  record.remarks = {"authority `corp` has other CA certificates: 1 CA certificate more that vouch"};
  CHECK(Message(record) == start + ": 2 gained, 1 lost access; " + record.remarks[0]);
  record.remarks.emplace_back("another one");
  CHECK(Message(record) ==
        start + ": 2 gained, 1 lost access; " + record.remarks[0] + ", and 1 more");
  record.remarks.clear();
  record.lost.clear();
  CHECK(Message(record) == start + ": 2 gained access");
  record.gained.clear();
  CHECK(Message(record) == start + ": nobody known to have gained or lost access");
  record.lost.resize(2);
  CHECK(Message(record) == start + ": 2 lost access");
}

TEST_CASE("the first load tells of no change") {
  PolicyLoadRecord record = testing::LoadedRecord();
  record.generation = 1;
  record.previous_version = {};
  record.trigger = "start";
  CHECK(Message(record) == "policy greeter loaded (generation 1, start)");
}

TEST_CASE("a refused load says what stays in force and the first error") {
  PolicyLoadRecord record = testing::RefusedLoadRecord();
  const std::string start =
      "policy, client CAs and CRLs refused (file change), generation 2 stays in force";
  CHECK(Message(record) == start + ": policy.yaml:8:5: unknown key `alow`, and 1 more");
  record.errors.resize(1);
  CHECK(Message(record) == start + ": policy.yaml:8:5: unknown key `alow`");
  record.errors.clear();
  CHECK(Message(record) == start);
  record.generation = 0;
  record.trigger = {};
  CHECK(Message(record) == "policy, client CAs and CRLs refused");
}

TEST_CASE("a failed handshake reads as a sentence") {
  HandshakeRecord record = testing::FailedHandshakeRecord();
  CHECK(Message(record) == "a TLS handshake from 192.0.2.7 failed: certificate has expired");
  record.count = 12;
  CHECK(Message(record) ==
        "12 TLS handshakes from 192.0.2.7 failed since 2026-11-22T08:00:00Z: certificate has "
        "expired");
  CHECK(Message(HandshakeRecord()) == "a TLS handshake failed: the cause is not known");
}

TEST_CASE("the longest sentences of other kinds stay within the budget of the message") {
  const std::string giant(5000, 'a');
  PolicyLoadRecord load;
  load.policy_name = load.trigger = load.previous_version = giant;
  load.generation = UINT64_MAX;
  load.gained.resize(100000);
  load.lost.resize(100000);
  load.remarks.assign(100000, giant);
  load.errors = load.remarks;
  HandshakeRecord handshake;
  handshake.cause = handshake.peer.uri = giant;
  handshake.count = UINT64_MAX;
  handshake.since = absl::FromUnixSeconds(-(1LL << 62));
  for (const bool is_loaded : {true, false}) {
    load.loaded = is_loaded;
    std::string out;
    CHECK_FALSE(AppendMessage(load, out));
    CHECK(out.size() <= kMessage.budget);
  }
  std::string out;
  CHECK_FALSE(AppendMessage(handshake, out));
  CHECK(out.size() <= kMessage.budget);
}

TEST_CASE("the longest sentences stay within the budget of the message") {
  const std::string giant(5000, 'a');
  PeerIdentity caller = SampleCaller();
  caller.common_name = giant;
  DecisionRecord record = DeniedRecord(caller);
  record.path = record.rule_name = record.nearest_rule = record.detail = giant;
  for (int number = 0; number < 14; ++number) {
    for (const Effect effect : {Effect::kAllow, Effect::kDeny}) {
      record.effect = effect;
      record.nearest_failed = Field::kSha256;
      record.ran_for = absl::Nanoseconds(INT64_MAX);
      for (const DecisionAction action :
           {DecisionAction::kAuthorize, DecisionAction::kRevokeCall}) {
        record.action = action;
        for (const Reason reason : {Reason::kWouldDeny, static_cast<Reason>(number)}) {
          record.reason = reason;
          record.observed = static_cast<Reason>(number);
          std::string out;
          CHECK_FALSE(AppendMessage(record, out));
          CHECK(out.size() <= kMessage.budget);
        }
      }
    }
  }
}

TEST_CASE("a call without a path reads as a sentence too") {
  CHECK(Message(DecisionRecord()) ==
        "caller without a certificate denied a call without a path: internal error");
}

}  // namespace
}  // namespace certgate
