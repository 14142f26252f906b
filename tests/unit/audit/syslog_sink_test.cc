#include <certgate/audit_log.h>
#include <certgate/audit_sink.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "tests/support/catch2.h"
#include "tests/support/wait_until.h"
#include "tests/unit/audit/fake_syslog.h"
#include "tests/unit/audit/sample_record.h"
#include "tests/unit/audit/syslog_samples.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using testing::FakeSyslog;
using testing::HugeRecord;
using testing::LongRecord;
using testing::Record;
using testing::ScratchDirectory;
using testing::SinkTo;
using testing::TextOf;
using Kind = FakeSyslog::Kind;

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
  CHECK(TextOf(server.Take()) == Record(1));
  CHECK(TextOf(server.Take()) == Record(2));
  CHECK(TextOf(server.Take()) == LongRecord());
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
  CHECK(TextOf(server->Take()) == Record(1));

  const int port = server->port();
  server.reset();
  const AuditSink::Written refused = sink->Write(Record(2) + Record(3));
  CHECK(refused.status.code() == absl::StatusCode::kUnavailable);
  CHECK(refused.bytes == 0);

  server = std::make_unique<FakeSyslog>(kind, scratch.PathOf("log"), port);
  REQUIRE(testing::WaitUntil([&] { return sink->Write(Record(4)).status.ok(); }));
  if (kind != Kind::kDatagram) server->Accept();
  CHECK(TextOf(server->Take()) == Record(4));
}

TEST_CASE("a connection that the server has closed is not written to") {
  FakeSyslog server(Kind::kTcp, "");
  const auto sink = SinkTo(server.address());
  REQUIRE(sink->Write(Record(1)).status.ok());
  server.Accept();
  CHECK(TextOf(server.Take()) == Record(1));
  server.HangUp();
  REQUIRE(sink->Write(Record(2)).status.ok());
  server.Accept();
  CHECK(TextOf(server.Take()) == Record(2));
}

TEST_CASE("a record longer than a datagram can be is refused and the next is taken") {
  const ScratchDirectory scratch;
  FakeSyslog server(Kind::kDatagram, scratch.PathOf("log"));
  const auto sink = SinkTo(server.address());
  const AuditSink::Written written = sink->Write(Record(1) + HugeRecord() + Record(3));
  CHECK(written.bytes == Record(1).size());
  CHECK(written.status.message() ==
        "cannot write: Message too long; a datagram of this system takes no message of this "
        "length; give the syslog server a stream socket, or send over TCP");
  CHECK(sink->Write(Record(3)).status.ok());
  CHECK(TextOf(server.Take()) == Record(1));
  CHECK(TextOf(server.Take()) == Record(3));
}

TEST_CASE("records go over IPv6 and to whichever address of a host answers") {
  std::unique_ptr<FakeSyslog> server;
  try {
    server = std::make_unique<FakeSyslog>(Kind::kTcp6, "");
  } catch (const std::runtime_error& error) {
    WARN("this system has no IPv6: " << error.what());
  }
  if (server != nullptr) {
    const auto sink = SinkTo(server->address());
    REQUIRE(sink->Write(Record(1)).status.ok());
    server->Accept();
    CHECK(TextOf(server->Take()) == Record(1));
  }
  // Where ::1 is an address of localhost too, it comes first, and nothing listens there.
  FakeSyslog other(Kind::kTcp, "");
  const auto sink = SinkTo("tcp:localhost:" + std::to_string(other.port()));
  REQUIRE(sink->Write(Record(2)).status.ok());
  other.Accept();
  CHECK(TextOf(other.Take()) == Record(2));
}

TEST_CASE("what is wrong with a server is said with the next step") {
  const ScratchDirectory scratch;
  const auto said = [](const std::string& address) {
    return std::string(SinkTo(address)->Write(Record(1)).status.message());
  };
  CHECK_THAT(said("tcp:no-such-host.invalid:601"),
             StartsWith("cannot find the host `no-such-host.invalid`: "));
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
  CHECK(server->Take().find("\"action\":\"audit-open\"") != std::string::npos);
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
