#include <certgate/audit_log.h>
#include <certgate/audit_sink.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "tests/support/catch2.h"
#include "tests/support/wait_until.h"
#include "tests/unit/audit/fake_syslog.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::FakeSyslog;
using testing::ScratchDirectory;
using Kind = FakeSyslog::Kind;

std::unique_ptr<AuditSink> SinkTo(const std::string& address,
                                  absl::Duration write_timeout = absl::Seconds(10)) {
  auto sink = OpenAuditSyslog({.address = address, .write_timeout = write_timeout});
  REQUIRE(sink.ok());
  return *std::move(sink);
}

std::string Record(std::uint64_t sequence) {
  const PeerIdentity caller = testing::SampleCaller();
  return testing::EncodedLine(testing::DeniedRecord(caller), sequence, "greeter-server", "0.1.0");
}

// A record as long as they get.
std::string LongRecord() {
  const PeerIdentity caller = testing::SampleCaller();
  DecisionRecord record = testing::DeniedRecord(caller);
  const std::string longest(60000, '\x01');
  record.path = record.rule_name = record.rule_owner = record.rule_reason = record.nearest_rule =
      record.detail = record.peer.uri = longest;
  return testing::EncodedLine(record, 1, "greeter-server", "0.1.0");
}

std::string TextOf(const std::string& message) {
  const std::size_t at = message.find(" - {");
  REQUIRE(at != std::string::npos);
  return message.substr(at + 3) + "\n";
}

std::string TakeFrom(FakeSyslog& server, Kind kind) {
  if (kind == Kind::kDatagram) return server.TakeDatagram();
  return kind == Kind::kStream ? server.TakeLine() : server.TakeCounted();
}

TEST_CASE("each record is one message, over any kind of socket") {
  const Kind kind = GENERATE(Kind::kDatagram, Kind::kStream, Kind::kTcp);
  const ScratchDirectory scratch;
  FakeSyslog server(kind, scratch.PathOf("log"));
  const auto sink = SinkTo(server.address());
  const std::string lines = Record(1) + Record(2) + LongRecord();
  const AuditSink::Written written = sink->Write(lines);
  CHECK(written.status.ok());
  CHECK(written.bytes == lines.size());
  if (kind != Kind::kDatagram) server.Accept();
  CHECK(TextOf(TakeFrom(server, kind)) == Record(1));
  CHECK(TextOf(TakeFrom(server, kind)) == Record(2));
  CHECK(TextOf(TakeFrom(server, kind)) == LongRecord());
  // Nothing can be taken back.
  CHECK_FALSE(sink->can_take_back());
  CHECK_FALSE(sink->TakeBack());
}

TEST_CASE("a server that was started anew is connected to again") {
  const Kind kind = GENERATE(Kind::kDatagram, Kind::kStream, Kind::kTcp);
  const ScratchDirectory scratch;
  auto server = std::make_unique<FakeSyslog>(kind, scratch.PathOf("log"));
  const auto sink = SinkTo(server->address());
  REQUIRE(sink->Write(Record(1)).status.ok());
  if (kind != Kind::kDatagram) server->Accept();
  CHECK(TextOf(TakeFrom(*server, kind)) == Record(1));

  const int port = server->port();
  server.reset();
  const AuditSink::Written refused = sink->Write(Record(2) + Record(3));
  CHECK(refused.status.code() == absl::StatusCode::kUnavailable);
  CHECK(refused.bytes == 0);

  server = std::make_unique<FakeSyslog>(kind, scratch.PathOf("log"), port);
  REQUIRE(testing::WaitUntil([&] { return sink->Write(Record(4)).status.ok(); }));
  if (kind != Kind::kDatagram) server->Accept();
  CHECK(TextOf(TakeFrom(*server, kind)) == Record(4));
}

TEST_CASE("a connection that the server has closed is not written to") {
  FakeSyslog server(Kind::kTcp, "");
  const auto sink = SinkTo(server.address());
  REQUIRE(sink->Write(Record(1)).status.ok());
  server.Accept();
  CHECK(TextOf(server.TakeCounted()) == Record(1));
  server.HangUp();
  REQUIRE(sink->Write(Record(2)).status.ok());
  server.Accept();
  CHECK(TextOf(server.TakeCounted()) == Record(2));
}

TEST_CASE("a server that takes nothing is given up and the whole records before counted") {
  const Kind kind = GENERATE(Kind::kDatagram, Kind::kStream, Kind::kTcp);
  const ScratchDirectory scratch;
  FakeSyslog server(kind, scratch.PathOf("log"));
  const auto sink = SinkTo(server.address(), absl::Milliseconds(200));
  // More than any socket holds.
  std::string lines;
  for (int i = 0; i < 2000; ++i) lines += LongRecord();
  const AuditSink::Written written = sink->Write(lines);
  CHECK(written.status.code() == absl::StatusCode::kUnavailable);
  CHECK_THAT(std::string(written.status.message()),
             ContainsSubstring("the syslog server takes nothing; see whether it runs"));
  CHECK(written.bytes < lines.size());
  CHECK(written.bytes % LongRecord().size() == 0);
  if (kind == Kind::kTcp) {
    // What it had taken are whole messages, and half a message is the end of that connection.
    server.Accept();
    for (std::size_t i = 0; i < written.bytes / LongRecord().size(); ++i) {
      REQUIRE(TextOf(server.TakeCounted()) == LongRecord());
    }
    CHECK_THROWS(server.TakeCounted());
  }
}

TEST_CASE("what is wrong with a server is said with the next step") {
  const ScratchDirectory scratch;
  const auto said = [](const std::string& address) {
    return std::string(SinkTo(address)->Write(Record(1)).status.message());
  };
  CHECK(said("unix:" + scratch.PathOf("none")) ==
        "cannot connect: No such file or directory; no syslog server has made this socket; start "
        "it, or name the socket that it has");
  int port = 0;
  {
    const FakeSyslog server(Kind::kTcp, "");
    port = server.port();
  }
  CHECK(said("tcp:127.0.0.1:" + std::to_string(port)) ==
        "cannot connect: Connection refused; no syslog server listens there; start it, or correct "
        "the address");
}

TEST_CASE("a record that syslog has not taken refuses the call") {
  const ScratchDirectory scratch;
  auto server = std::make_unique<FakeSyslog>(Kind::kDatagram, scratch.PathOf("log"));
  AuditOptions options;
  options.places.push_back({.sink = SinkTo(server->address())});
  const auto log = AuditLog::Create(std::move(options));
  REQUIRE(log.ok());
  CHECK(server->TakeDatagram().find("\"action\":\"audit-open\"") != std::string::npos);
  const PeerIdentity caller = testing::SampleCaller();
  CHECK((*log)->Append(testing::AllowedRecord(caller)).ok());
  server.reset();
  const absl::Status refused = (*log)->Append(testing::AllowedRecord(caller));
  CHECK(refused.code() == absl::StatusCode::kUnavailable);
  CHECK_THAT(std::string(refused.message()),
             ContainsSubstring("syslog `unix:" + scratch.PathOf("log") + "`"));
  CHECK_FALSE((*log)->status().is_writable);
}

TEST_CASE("options of syslog that cannot be are refused") {
  const auto refusal = [](AuditSyslogOptions options) {
    const auto sink = OpenAuditSyslog(std::move(options));
    CHECK(sink.status().code() == absl::StatusCode::kInvalidArgument);
    return std::string(sink.status().message());
  };
  CHECK_THAT(refusal({.address = "log"}), ContainsSubstring("syslog address `log`"));
  CHECK_THAT(refusal({.address = "unix:/dev/log", .facility = "kern"}),
             ContainsSubstring("unknown syslog facility `kern`; use `authpriv`"));
  for (const char* name : {"", "two words", "\x7f"}) {
    CHECK_THAT(refusal({.address = "unix:/dev/log", .app_name = name}),
               ContainsSubstring("1 to 48 printable characters"));
  }
  CHECK_THAT(refusal({.address = "unix:/dev/log", .app_name = std::string(49, 'x')}),
             ContainsSubstring("1 to 48 printable characters"));
  CHECK_THAT(refusal({.address = "unix:/dev/log", .write_timeout = absl::Minutes(2)}),
             ContainsSubstring("a millisecond to a minute"));
}

}  // namespace
}  // namespace certgate
