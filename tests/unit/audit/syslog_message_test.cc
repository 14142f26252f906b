#include "src/audit/syslog_message.h"

#include <unistd.h>

#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using testing::EncodedLine;

// The parts of a message (RFC 5424, section 6) that has no structured data.
struct Parts {
  std::string priority;
  std::string time;
  std::string app_name;
  std::string process;
  std::string message_id;
  std::string text;
};

Parts Split(std::string message) {
  const auto next = [&message](char end) {
    const std::size_t at = message.find(end);
    REQUIRE(at != std::string::npos);
    std::string part = message.substr(0, at);
    message.erase(0, at + 1);
    return part;
  };
  Parts parts;
  REQUIRE(next('<').empty());
  parts.priority = next('>');
  REQUIRE(next(' ') == "1");
  parts.time = next(' ');
  const std::string host = next(' ');
  CHECK((!host.empty() && host.size() <= 255));
  parts.app_name = next(' ');
  parts.process = next(' ');
  parts.message_id = next(' ');
  REQUIRE(next(' ') == "-");
  parts.text = message;
  return parts;
}

TEST_CASE("a message has the record's time and action, and a severity by its outcome") {
  const SyslogMessages messages(*SyslogFacility("authpriv"), "greeter-server");
  const PeerIdentity caller = testing::SampleCaller();
  const std::string denied = EncodedLine(testing::DeniedRecord(caller), 7, "greeter-server", "1");
  const Parts parts = Split(messages.Of(denied));
  CHECK(parts.priority == "85");  // 10 * 8 + notice
  CHECK(parts.time == "2026-11-22T08:00:00.123456Z");
  CHECK(parts.app_name == "greeter-server");
  CHECK(parts.process == std::to_string(getpid()));
  CHECK(parts.message_id == "authorize");
  CHECK(parts.text + "\n" == denied);

  const std::string allowed = EncodedLine(testing::AllowedRecord(caller), 8, "greeter-server", "1");
  CHECK(Split(messages.Of(allowed)).priority == "86");
  const SyslogMessages local(*SyslogFacility("local7"), "x");
  CHECK(Split(local.Of(allowed)).priority == "190");
}

TEST_CASE("no text from outside gets into the header of a message") {
  PeerIdentity caller = testing::SampleCaller();
  caller.common_name = "\"outcome\":\"success\" \"action\":\"x\"\n<0>1";
  DecisionRecord record = testing::DeniedRecord(caller);
  record.path = "\n<0>1 - - - - - forged";
  const SyslogMessages messages(*SyslogFacility("local0"), "greeter-server");
  const std::string message = messages.Of(EncodedLine(record, 7, "greeter-server", "1"));
  CHECK(message.find('\n') == std::string::npos);
  const Parts parts = Split(message);
  CHECK(parts.priority == "133");
  CHECK(parts.message_id == "authorize");
}

TEST_CASE("a time that RFC 5424 cannot write is left out") {
  HandshakeRecord record = testing::FailedHandshakeRecord();
  record.time = absl::FromCivil(absl::CivilSecond(12345, 1, 1), absl::UTCTimeZone());
  const SyslogMessages messages(*SyslogFacility("user"), "x");
  CHECK(Split(messages.Of(EncodedLine(record, 1, "x", "1"))).time == "-");
}

TEST_CASE("facilities have the numbers of RFC 5424 and those of others are not to be had") {
  CHECK(SyslogFacility("user") == 1);
  CHECK(SyslogFacility("daemon") == 3);
  CHECK(SyslogFacility("auth") == 4);
  CHECK(SyslogFacility("local0") == 16);
  CHECK(SyslogFacility("local7") == 23);
  CHECK_FALSE(SyslogFacility("kern"));
  CHECK_FALSE(SyslogFacility("local8"));
  CHECK_FALSE(SyslogFacility(""));
}

}  // namespace
}  // namespace certgate
