#include <certgate/audit_sink.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "tests/support/catch2.h"
#include "tests/support/wait_until.h"
#include "tests/unit/audit/fake_syslog.h"
#include "tests/unit/audit/syslog_samples.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::FakeSyslog;
using testing::HugeRecord;
using testing::LongRecord;
using testing::Record;
using testing::ScratchDirectory;
using testing::SinkTo;
using testing::TextOf;
using Kind = FakeSyslog::Kind;

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
}

TEST_CASE("a server that takes again gets the half message whole and then the next") {
  const Kind kind = GENERATE(Kind::kStream, Kind::kTcp);
  const ScratchDirectory scratch;
  FakeSyslog server(kind, scratch.PathOf("log"));
  const auto sink = SinkTo(server.address(), absl::Milliseconds(50));
  REQUIRE(sink->Write(Record(1)).status.ok());
  server.Accept();
  CHECK(TextOf(server.Take()) == Record(1));
  // Half of it is there and cannot be taken back: it counts, and those behind it do not.
  const AuditSink::Written half = sink->Write(HugeRecord() + Record(3));
  CHECK_FALSE(half.status.ok());
  CHECK(half.bytes == HugeRecord().size());
  const AuditSink::Written stuck = sink->Write(Record(3));
  CHECK_FALSE(stuck.status.ok());
  CHECK(stuck.bytes == 0);

  // The rest can go only while the server takes it.
  std::string taken;
  std::thread reader([&] { taken = server.Take(); });
  CHECK(testing::WaitUntil([&] { return sink->Write(Record(3)).status.ok(); }));
  reader.join();
  CHECK(TextOf(taken) == HugeRecord());
  CHECK(TextOf(server.Take()) == Record(3));
}

TEST_CASE("a message that was half sent when the server ended is sent anew and whole") {
  const Kind kind = GENERATE(Kind::kStream, Kind::kTcp);
  const ScratchDirectory scratch;
  auto server = std::make_unique<FakeSyslog>(kind, scratch.PathOf("log"));
  const auto sink = SinkTo(server->address(), absl::Milliseconds(50));
  REQUIRE(sink->Write(HugeRecord()).bytes == HugeRecord().size());
  const int port = server->port();
  server.reset();
  const AuditSink::Written gone = sink->Write(Record(2));
  CHECK_FALSE(gone.status.ok());
  CHECK(gone.bytes == 0);

  server = std::make_unique<FakeSyslog>(kind, scratch.PathOf("log"), port);
  std::string taken;
  std::thread reader([&] {
    server->Accept();
    taken = server->Take();
  });
  CHECK(testing::WaitUntil([&] { return sink->Write(Record(2)).status.ok(); }));
  reader.join();
  CHECK(TextOf(taken) == HugeRecord());
  CHECK(TextOf(server->Take()) == Record(2));
}

TEST_CASE("a socket of datagrams that was full takes records again once it was read") {
  const ScratchDirectory scratch;
  FakeSyslog server(Kind::kDatagram, scratch.PathOf("log"));
  const auto sink = SinkTo(server.address(), absl::Milliseconds(50));
  std::string lines;
  for (int i = 0; i < 2000; ++i) lines += LongRecord();
  const AuditSink::Written full = sink->Write(lines);
  REQUIRE_FALSE(full.status.ok());
  for (std::size_t i = 0; i < full.bytes / LongRecord().size(); ++i) {
    REQUIRE(TextOf(server.Take()) == LongRecord());
  }
  CHECK(sink->Write(Record(2)).status.ok());
  CHECK(TextOf(server.Take()) == Record(2));
}

TEST_CASE("a server that never stops talking is written to all the same") {
  FakeSyslog server(Kind::kTcp, "");
  const auto sink = SinkTo(server.address());
  REQUIRE(sink->Write(Record(1)).status.ok());
  server.Accept();
  CHECK(TextOf(server.Take()) == Record(1));
  CHECK(server.Say() > 0);
  for (std::uint64_t i = 2; i < 10; ++i) {
    server.Say();
    REQUIRE(sink->Write(Record(i)).status.ok());
    CHECK(TextOf(server.Take()) == Record(i));
  }
}

}  // namespace
}  // namespace certgate
