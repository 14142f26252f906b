#include "src/audit/message.h"

#include <string>

#include "src/audit/record_fields.h"
#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using testing::AllowedRecord;
using testing::DeniedRecord;
using testing::SampleCaller;

std::string Message(const DecisionRecord& record) {
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

TEST_CASE("a call without a path reads as a sentence too") {
  CHECK(Message(DecisionRecord()) ==
        "caller without a certificate denied a call without a path: internal error");
}

}  // namespace
}  // namespace certgate
