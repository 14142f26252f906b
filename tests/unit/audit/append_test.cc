#include <certgate/audit_log.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/audit/fake_place.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::AllowedRecord;
using testing::FakePlace;
using testing::SampleCaller;
using testing::WrongWith;

enum class Behaviour { kFail, kThrow, kThrowNumber, kOutOfMemory };

// What a place does that cannot be written.
std::function<absl::Status(std::size_t)> Failing(Behaviour behaviour) {
  return [behaviour](std::size_t) -> absl::Status {
    switch (behaviour) {
      case Behaviour::kFail:
        break;
      case Behaviour::kThrow:
        throw std::runtime_error("thrown by the place");
      case Behaviour::kThrowNumber:
        throw 7;
      case Behaviour::kOutOfMemory:
        throw std::bad_alloc();
    }
    return absl::DataLossError("the place is on fire");
  };
}

std::unique_ptr<AuditLog> LogTo(std::initializer_list<FakePlace*> places) {
  AuditOptions options;
  for (FakePlace* const place : places) options.places.push_back({.sink = place->Sink()});
  options.service = {"greeter-server", "0.1.0"};
  auto log = AuditLog::Create(std::move(options));
  REQUIRE(log.ok());
  return *std::move(log);
}

// The record without its link in the chain.
nlohmann::json Unchained(nlohmann::json record) {
  record["certgate"].erase("chain");
  return record;
}

std::vector<int> Sequences(const FakePlace& place) {
  std::vector<int> sequences;
  for (const nlohmann::json& record : place.Records()) {
    sequences.push_back(record["event"]["sequence"]);
  }
  return sequences;
}

TEST_CASE("every place takes the same record with the next number of its trail") {
  FakePlace first;
  FakePlace second;
  const auto log = LogTo({&first, &second});
  const PeerIdentity caller = SampleCaller();
  CHECK(log->Append(AllowedRecord(caller)).ok());
  CHECK(log->Append(AllowedRecord(caller)).ok());
  CHECK(Sequences(first) == std::vector<int>{1, 2, 3});
  CHECK(Sequences(second) == std::vector<int>{1, 2, 3});
  const auto expected =
      nlohmann::json::parse(EncodeRecord(AllowedRecord(caller), 3, "greeter-server", "0.1.0"));
  CHECK(Unchained(first.Records()[2]) == Unchained(expected));
  CHECK(Unchained(second.Records()[2]) == Unchained(expected));
  CHECK(WrongWith(first.Lines()).empty());
  CHECK(WrongWith(second.Lines()).empty());
}

TEST_CASE("records of all kinds share one sequence") {
  FakePlace place;
  const auto log = LogTo({&place});
  const PeerIdentity caller = SampleCaller();
  CHECK(log->Append(testing::LoadedRecord()).ok());
  CHECK(log->Append(AllowedRecord(caller)).ok());
  CHECK(log->Append(testing::FailedHandshakeRecord()).ok());
  CHECK(log->Append(testing::RevokedRecord(caller)).ok());
  const CallEnd end;
  CHECK(log->Append(testing::EndedRecord(caller, end)).ok());
  log->Close();
  CHECK(Sequences(place) == std::vector<int>{1, 2, 3, 4, 5, 6, 7});
  CHECK(place.Actions() == std::vector<std::string>{"audit-open", "policy-load", "authorize",
                                                    "tls-handshake", "revoke-call", "call-end",
                                                    "audit-close"});
  CHECK(WrongWith(place.Lines()).empty());
  const auto expected = nlohmann::json::parse(
      EncodeRecord(testing::FailedHandshakeRecord(), 4, "greeter-server", "0.1.0"));
  CHECK(Unchained(place.Records()[3]) == Unchained(expected));
}

TEST_CASE("a load or handshake that cannot be recorded is an error") {
  FakePlace place;
  const auto log = LogTo({&place});
  place.before_write =
      Failing(GENERATE(Behaviour::kFail, Behaviour::kThrow, Behaviour::kOutOfMemory));
  CHECK(log->Append(testing::LoadedRecord()).code() == absl::StatusCode::kUnavailable);
  CHECK(log->Append(testing::FailedHandshakeRecord()).code() == absl::StatusCode::kUnavailable);
  place.before_write = nullptr;
  CHECK(log->Append(testing::LoadedRecord()).ok());
  CHECK(place.Actions() ==
        std::vector<std::string>{"audit-open", "audit-suppressed", "policy-load"});
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("a place that fails or throws makes the record unavailable") {
  const auto [behaviour, cause] = GENERATE(table<Behaviour, std::string>({
      {Behaviour::kFail, "the place is on fire"},
      {Behaviour::kThrow, "thrown by the place"},
      {Behaviour::kThrowNumber, "unknown exception"},
      {Behaviour::kOutOfMemory, "bad_alloc"},
  }));
  FakePlace place("test place");
  const auto log = LogTo({&place});
  const PeerIdentity caller = SampleCaller();
  place.before_write = Failing(behaviour);
  const absl::Status status = log->Append(AllowedRecord(caller));
  CHECK(status.code() == absl::StatusCode::kUnavailable);
  CHECK_THAT(std::string(status.message()), ContainsSubstring("not written to test place: "));
  CHECK_THAT(std::string(status.message()), ContainsSubstring(cause));

  place.before_write = nullptr;
  CHECK(log->Append(AllowedRecord(caller)).ok());
  CHECK(Sequences(place) == std::vector<int>{1, 2, 3});
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("a record that cannot be taken back keeps its number and its link") {
  FakePlace first;
  FakePlace second;
  first.takes_back = second.takes_back = false;
  const auto log = LogTo({&first, &second});
  const PeerIdentity caller = SampleCaller();
  second.before_write = Failing(Behaviour::kFail);
  CHECK_FALSE(log->Append(AllowedRecord(caller)).ok());
  second.before_write = nullptr;
  CHECK(log->Append(AllowedRecord(caller)).ok());
  // The log also tries by itself whether the places can be written, and what the first one took of
  // that stays too.
  std::vector<std::string> actions = first.Actions();
  actions.erase(std::unique(actions.begin(), actions.end()), actions.end());
  CHECK(actions ==
        std::vector<std::string>{"audit-open", "authorize", "audit-suppressed", "authorize"});
  CHECK(second.Actions() ==
        std::vector<std::string>{"audit-open", "audit-suppressed", "authorize"});
  CHECK(WrongWith(first.Lines()).empty());
  CHECK(WrongWith(second.Lines()).empty());
}

TEST_CASE("no later place is given a record that an earlier one refused") {
  FakePlace first;
  FakePlace second;
  const auto log = LogTo({&first, &second});
  const PeerIdentity caller = SampleCaller();
  const std::size_t writes = second.writes();
  first.before_write = Failing(Behaviour::kThrow);
  CHECK_FALSE(log->Append(AllowedRecord(caller)).ok());
  CHECK(second.writes() == writes);
}

TEST_CASE("a log on a full device does not open and names the file") {
  const auto log = AuditLog::OpenFile("/dev/full", {"greeter-server", "0.1.0"});
  CHECK(log.status().code() == absl::StatusCode::kUnavailable);
  CHECK_THAT(std::string(log.status().message()),
             ContainsSubstring("audit file `/dev/full`: cannot write: No space left on device"));
}

}  // namespace
}  // namespace certgate
