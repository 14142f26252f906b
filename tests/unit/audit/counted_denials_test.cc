#include <absl/time/clock.h>
#include <certgate/audit_log.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/audit/fake_place.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using nlohmann::json;
using testing::AllowedRecord;
using testing::DeniedRecord;
using testing::FakePlace;
using testing::InChild;
using testing::ReadFile;
using testing::RevokedRecord;
using testing::SampleCaller;
using testing::ScratchDirectory;

std::unique_ptr<AuditLog> LogTo(FakePlace& place, const DenialLimits& limits = {}) {
  AuditOptions options;
  options.places.push_back({.sink = place.Sink()});
  options.service = {"greeter-server", "0.1.0"};
  options.denials = limits;
  auto log = AuditLog::Create(std::move(options));
  REQUIRE(log.ok());
  return *std::move(log);
}

std::vector<json> RecordsIn(const std::string& path) {
  std::vector<json> records;
  std::istringstream lines(ReadFile(path));
  for (std::string line; std::getline(lines, line);) records.push_back(json::parse(line));
  return records;
}

std::vector<json> Select(const std::vector<json>& records, const std::string& action) {
  std::vector<json> selected;
  for (const json& record : records) {
    if (record["event"]["action"] == action) selected.push_back(record);
  }
  return selected;
}

std::uint64_t Counted(const std::vector<json>& records) {
  std::uint64_t sum = 0;
  for (const json& record : Select(records, "audit-suppressed")) {
    sum += record["certgate"]["suppressed"]["count"].get<std::uint64_t>();
  }
  return sum;
}

TEST_CASE("identical denials beyond the burst are counted and told at the end") {
  FakePlace place;
  const PeerIdentity caller = SampleCaller();
  RecordId counted_in;
  {
    const auto log = LogTo(place, {.burst = 5, .per_second = 1e-3});
    for (int i = 0; i < 105; ++i) {
      REQUIRE(log->Append(DeniedRecord(caller), &counted_in).ok());
      CHECK((counted_in == RecordId()) == (i < 5));
    }
    CHECK(log->status().suppressed == 100);
  }
  const auto records = place.Records();
  CHECK(Select(records, "authorize").size() == 5);
  CHECK(Counted(records) == 100);
  CHECK(place.Actions().back() == "audit-close");
  CHECK(testing::WrongWith(place.Lines()).empty());
  // The ticker may have told some of them before.
  const json last = Select(records, "audit-suppressed").back();
  CHECK(last["event"]["id"] == std::string(counted_in.text()));
  CHECK(last["event"]["reason"] == "flood");
  CHECK(last["certgate"]["suppressed"]["reason"] == "no_matching_rule");
}

TEST_CASE("nothing but denials is ever counted") {
  FakePlace place;
  const auto log = LogTo(place, {.burst = 1, .per_second = 1e-3});
  const PeerIdentity caller = SampleCaller();
  RecordId counted_in;
  for (int i = 0; i < 50; ++i) {
    REQUIRE(log->Append(AllowedRecord(caller), &counted_in).ok());
    REQUIRE(log->Append(RevokedRecord(caller), &counted_in).ok());
  }
  CHECK(counted_in == RecordId());
  CHECK(log->status().suppressed == 0);
  CHECK(place.Ids().size() == 100);
}

TEST_CASE("without limits each denial has its record") {
  FakePlace place;
  const auto log = LogTo(place, {.burst = 0, .caller_burst = 0});
  const PeerIdentity caller = SampleCaller();
  for (int i = 0; i < 500; ++i) REQUIRE(log->Append(DeniedRecord(caller)).ok());
  CHECK(place.Ids().size() == 500);
}

TEST_CASE("a counted denial is known at once where others wait for the disk") {
  FakePlace place;
  AuditOptions options;
  options.places.push_back({.sink = place.Sink()});
  options.durability = Durability::kFsync;
  options.denials = {.burst = 1, .per_second = 1e-3};
  const auto log = *AuditLog::Create(std::move(options));
  const PeerIdentity caller = SampleCaller();
  REQUIRE(log->Append(DeniedRecord(caller)).ok());
  RecordId counted_in;
  const auto known = log->Append(
      DeniedRecord(caller), [](const absl::Status&) {}, &counted_in);
  REQUIRE(known.has_value());
  CHECK(known->ok());
  CHECK(counted_in != RecordId());
}

TEST_CASE("limits that cannot be are refused") {
  FakePlace place;
  AuditOptions options;
  options.places.push_back({.sink = place.Sink()});
  options.denials.per_second = 0;
  CHECK(AuditLog::Create(std::move(options)).status().code() == absl::StatusCode::kInvalidArgument);
}

TEST_CASE("where denials are recorded so are their counts") {
  CHECK(AuditFilter({RecordKind::kDenied}).Wants(RecordKind::kSuppressed));
  CHECK(AuditFilter({RecordKind::kLoad}).With(RecordKind::kDenied).Wants(RecordKind::kSuppressed));
  CHECK_FALSE(AuditFilter({RecordKind::kAllowed}).Wants(RecordKind::kSuppressed));
}

// Appends denials until it is killed. Says how many were answered, one byte each.
void DenyUntilKilled(const std::string& path, int answers) {
  const auto log = AuditLog::OpenFile(path, {"greeter-server", "0.1.0"});
  if (!log.ok()) return;
  const PeerIdentity caller = SampleCaller();
  DecisionRecord denial = DeniedRecord(caller);
  do {
    denial.time = absl::Now();
  } while ((*log)->Append(denial).ok() && write(answers, "x", 1) == 1);
}

std::uint64_t Drain(int fd) {
  std::uint64_t total = 0;
  char buffer[4096];
  for (ssize_t count; (count = read(fd, buffer, sizeof(buffer))) > 0;) {
    total += static_cast<std::uint64_t>(count);
  }
  return total;
}

TEST_CASE("a kill loses no denial that was counted") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  std::uint64_t answered = 0;
  constexpr int kKills = 3;
  for (int i = 0; i < kKills; ++i) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      close(ends[0]);
      DenyUntilKilled(path, ends[1]);
      _exit(1);
    }
    close(ends[1]);
    std::thread killer([child] {
      // Over the first flush.
      std::this_thread::sleep_for(std::chrono::milliseconds(1300));
      kill(child, SIGKILL);
    });
    answered += Drain(ends[0]);
    killer.join();
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    close(ends[0]);
  }
  CHECK(std::filesystem::file_size(path) < 1'000'000);
  // The next one tells what the last one left.
  REQUIRE(AuditLog::OpenFile(path, {"greeter-server", "0.1.0"}).ok());
  const auto records = RecordsIn(path);
  const std::uint64_t known = Select(records, "authorize").size() + Counted(records);
  CHECK(answered > 1000);
  CHECK(known >= answered);
  // What was not answered any more when the kill came.
  CHECK(known <= answered + kKills);
  const auto summaries = Select(records, "audit-suppressed");
  std::set<std::string> ids;
  for (const json& record : summaries) ids.insert(record["event"]["id"]);
  CHECK(ids.size() == summaries.size());
}

TEST_CASE("counting goes on in memory where there can be no ledger") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  scratch.Write("audit.jsonl.counts", "somebody's notes\n");
  const PeerIdentity caller = SampleCaller();
  {
    const auto log = *AuditLog::OpenFile(path, {"greeter-server", "0.1.0"});
    for (int i = 0; i < 200; ++i) REQUIRE(log->Append(DeniedRecord(caller)).ok());
  }
  const auto records = RecordsIn(path);
  CHECK(Select(records, "authorize").size() + Counted(records) == 200);
  CHECK(Counted(records) > 100);
  CHECK(ReadFile(path + ".counts") == "somebody's notes\n");
}

}  // namespace
}  // namespace certgate
