#include <certgate/audit_log.h>

#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::AllowedRecord;
using testing::SampleCaller;

enum class Behaviour { kTake, kFail, kThrow, kThrowNumber, kOutOfMemory };

// What a sink of these tests does, and what it has taken; outlives the sink.
struct Place {
  Behaviour behaviour = Behaviour::kTake;
  std::vector<std::string> lines;

  std::vector<int> Sequences() const {
    std::vector<int> sequences;
    for (const std::string& line : lines) {
      sequences.push_back(nlohmann::json::parse(line)["event"]["sequence"]);
    }
    return sequences;
  }
};

class PlaceSink final : public AuditSink {
 public:
  explicit PlaceSink(Place& place) : place_(place) {}
  absl::Status Write(std::string_view line) override {
    switch (place_.behaviour) {
      case Behaviour::kFail:
        return absl::DataLossError("the place is on fire");
      case Behaviour::kThrow:
        throw std::runtime_error("thrown by the place");
      case Behaviour::kThrowNumber:
        throw 7;
      case Behaviour::kOutOfMemory:
        throw std::bad_alloc();
      case Behaviour::kTake:
        break;
    }
    place_.lines.emplace_back(line);
    return absl::OkStatus();
  }
  std::string name() const override { return "test place"; }

 private:
  Place& place_;
};

std::unique_ptr<AuditLog> LogTo(std::vector<std::unique_ptr<AuditSink>> sinks) {
  auto log = AuditLog::Create(std::move(sinks), {"greeter-server", "0.1.0"});
  REQUIRE(log.ok());
  return *std::move(log);
}

std::unique_ptr<AuditLog> LogTo(Place& first) {
  std::vector<std::unique_ptr<AuditSink>> sinks;
  sinks.push_back(std::make_unique<PlaceSink>(first));
  return LogTo(std::move(sinks));
}

std::unique_ptr<AuditLog> LogTo(Place& first, Place& second) {
  std::vector<std::unique_ptr<AuditSink>> sinks;
  sinks.push_back(std::make_unique<PlaceSink>(first));
  sinks.push_back(std::make_unique<PlaceSink>(second));
  return LogTo(std::move(sinks));
}

TEST_CASE("a log without sinks is refused") {
  const auto log = AuditLog::Create({}, {"greeter-server", "0.1.0"});
  CHECK(log.status().code() == absl::StatusCode::kInvalidArgument);
}

TEST_CASE("a log with a null sink is refused") {
  std::vector<std::unique_ptr<AuditSink>> sinks(1);
  const auto log = AuditLog::Create(std::move(sinks), {"greeter-server", "0.1.0"});
  CHECK(log.status().code() == absl::StatusCode::kInvalidArgument);
}

TEST_CASE("every sink takes the same line with the next number") {
  Place first;
  Place second;
  const auto log = LogTo(first, second);
  const PeerIdentity caller = SampleCaller();
  CHECK(log->Append(AllowedRecord(caller)).ok());
  CHECK(log->Append(AllowedRecord(caller)).ok());
  CHECK(first.Sequences() == std::vector<int>{1, 2});
  CHECK(first.lines == second.lines);
  CHECK(first.lines[1] == EncodeRecord(AllowedRecord(caller), 2, "greeter-server", "0.1.0"));
}

TEST_CASE("records of all kinds share one sequence") {
  Place place;
  const auto log = LogTo(place);
  const PeerIdentity caller = SampleCaller();
  CHECK(log->Append(testing::LoadedRecord()).ok());
  CHECK(log->Append(AllowedRecord(caller)).ok());
  CHECK(log->Append(testing::FailedHandshakeRecord()).ok());
  CHECK(log->Append(testing::RevokedRecord(caller)).ok());
  CHECK(place.Sequences() == std::vector<int>{1, 2, 3, 4});
  CHECK(place.lines[0] == EncodeRecord(testing::LoadedRecord(), 1, "greeter-server", "0.1.0"));
  CHECK(place.lines[2] ==
        EncodeRecord(testing::FailedHandshakeRecord(), 3, "greeter-server", "0.1.0"));
}

TEST_CASE("a load or handshake that cannot be recorded is an error") {
  Place place;
  const auto log = LogTo(place);
  place.behaviour = GENERATE(Behaviour::kFail, Behaviour::kThrow, Behaviour::kOutOfMemory);
  CHECK(log->Append(testing::LoadedRecord()).code() == absl::StatusCode::kUnavailable);
  CHECK(log->Append(testing::FailedHandshakeRecord()).code() == absl::StatusCode::kUnavailable);
  place.behaviour = Behaviour::kTake;
  CHECK(log->Append(testing::LoadedRecord()).ok());
  CHECK(place.Sequences() == std::vector<int>{1});
}

TEST_CASE("a sink that fails or throws makes the record unavailable") {
  const auto [behaviour, cause] = GENERATE(table<Behaviour, std::string>({
      {Behaviour::kFail, "the place is on fire"},
      {Behaviour::kThrow, "thrown by the place"},
      {Behaviour::kThrowNumber, "unknown exception"},
      {Behaviour::kOutOfMemory, "bad_alloc"},
  }));
  Place place;
  const auto log = LogTo(place);
  const PeerIdentity caller = SampleCaller();
  place.behaviour = behaviour;
  const absl::Status status = log->Append(AllowedRecord(caller));
  CHECK(status.code() == absl::StatusCode::kUnavailable);
  CHECK_THAT(std::string(status.message()), ContainsSubstring("not written to test place: "));
  CHECK_THAT(std::string(status.message()), ContainsSubstring(cause));

  place.behaviour = Behaviour::kTake;
  CHECK(log->Append(AllowedRecord(caller)).ok());
  CHECK(place.Sequences() == std::vector<int>{1});
}

TEST_CASE("a number that one sink has taken is not given again") {
  Place first;
  Place second;
  const auto log = LogTo(first, second);
  const PeerIdentity caller = SampleCaller();
  second.behaviour = Behaviour::kFail;
  CHECK_FALSE(log->Append(AllowedRecord(caller)).ok());
  second.behaviour = Behaviour::kTake;
  CHECK(log->Append(AllowedRecord(caller)).ok());
  CHECK(first.Sequences() == std::vector<int>{1, 2});
  CHECK(second.Sequences() == std::vector<int>{2});
}

TEST_CASE("no later sink is given a line that an earlier one refused") {
  Place first;
  Place second;
  const auto log = LogTo(first, second);
  const PeerIdentity caller = SampleCaller();
  first.behaviour = Behaviour::kThrow;
  CHECK_FALSE(log->Append(AllowedRecord(caller)).ok());
  CHECK(second.lines.empty());
}

TEST_CASE("a log on a full device refuses and names the file") {
  std::vector<std::unique_ptr<AuditSink>> sinks;
  sinks.push_back(*OpenAuditFile("/dev/full"));
  const auto log = LogTo(std::move(sinks));
  const PeerIdentity caller = SampleCaller();
  const absl::Status status = log->Append(AllowedRecord(caller));
  CHECK(status.code() == absl::StatusCode::kUnavailable);
  CHECK_THAT(std::string(status.message()),
             ContainsSubstring("audit file `/dev/full`: cannot write: No space left on device"));
}

}  // namespace
}  // namespace certgate
