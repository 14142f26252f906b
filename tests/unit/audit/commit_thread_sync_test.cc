#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "src/audit/commit_thread.h"
#include "tests/support/catch2.h"
#include "tests/support/wait_until.h"
#include "tests/unit/audit/gate.h"
#include "tests/unit/audit/place_group.h"

// Durability::kFsync: a record counts once it is on the disk.

namespace certgate {
namespace {

using testing::FakePlace;
using testing::Gate;
using testing::GroupOf;
using testing::RecordOf;
using testing::WaitUntil;
using testing::WrongWith;
using Strings = std::vector<std::string>;

struct Synced {
  explicit Synced(std::size_t capacity = 1000) {
    place.before_sync = [this] {
      gate.Pass();
      return is_broken ? absl::DataLossError("the disk is broken") : absl::OkStatus();
    };
    auto group = GroupOf({&place}, {.syncs = true});
    REQUIRE(group->Commit({}).ok());
    // The record that opens the trail.
    REQUIRE(place.syncs() == 1);
    thread.emplace(std::move(group),
                   CommitThread::Options{.capacity = capacity, .service = {"s", "1"}});
  }
  ~Synced() { gate.Open(); }

  FakePlace place;
  Gate gate;
  std::atomic<bool> is_broken = false;
  std::optional<CommitThread> thread;
};

TEST_CASE("records that come while the disk is busy share the next sync") {
  Synced log;
  log.gate.Shut();
  std::atomic<int> known = 0;
  const auto note = [&known](const absl::Status& status) {
    if (status.ok()) ++known;
  };
  CHECK_FALSE(log.thread->Append(RecordOf("first"), note).has_value());
  REQUIRE(WaitUntil([&] { return log.gate.waiting() == 1; }));
  for (int i = 0; i < 200; ++i) CHECK_FALSE(log.thread->Append(RecordOf("more"), note).has_value());
  // Not on the disk: nobody is told that it is.
  CHECK(known == 0);
  CHECK(log.thread->queued() == 200);
  log.gate.Open();
  REQUIRE(WaitUntil([&] { return known == 201; }));
  CHECK(log.place.syncs() == 3);
  CHECK(log.place.synced() == log.place.Lines().size());
  CHECK(WrongWith(log.place.Lines()).empty());
}

TEST_CASE("threads that wait share a sync") {
  Synced log;
  log.gate.Shut();
  std::atomic<int> written = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 32; ++i) {
    threads.emplace_back([&] {
      if (log.thread->Append(RecordOf("record")).ok()) ++written;
    });
  }
  const bool all_wait =
      WaitUntil([&] { return log.place.Ids().size() + log.thread->queued() == 32; });
  CHECK(written == 0);
  log.gate.Open();
  for (std::thread& thread : threads) thread.join();
  CHECK(all_wait);
  CHECK(written == 32);
  CHECK(log.place.syncs() <= 3);
}

TEST_CASE("each one who waits is told once whatever becomes of the record") {
  Synced log;
  constexpr std::size_t kRecords = 300;
  std::vector<std::atomic<int>> told(kRecords);
  std::atomic<std::size_t> good = 0;
  for (std::size_t i = 0; i < kRecords; ++i) {
    log.is_broken = i % 7 == 0;
    const auto known = log.thread->Append(RecordOf("record"), [&, i](const absl::Status& status) {
      ++told[i];
      if (status.ok()) ++good;
    });
    CHECK_FALSE(known.has_value());
    if (i % 20 == 0) std::this_thread::yield();
  }
  log.is_broken = false;
  log.thread->Close();
  for (const std::atomic<int>& times : told) REQUIRE(times == 1);
  std::size_t written = 0;
  std::size_t counted = 0;
  for (const nlohmann::json& record : log.place.Records()) {
    if (record["event"]["action"] == "tls-handshake") ++written;
    if (record["event"]["action"] != "audit-suppressed") continue;
    counted += record["certgate"]["suppressed"]["count"].get<std::size_t>();
  }
  CHECK(written == good);
  // The closing commits once more, and with that tells of an outage at the very end.
  CHECK(written + counted == kRecords);
  CHECK(log.place.Actions().back() == "audit-close");
  CHECK(WrongWith(log.place.Lines()).empty());
}

TEST_CASE("a record that is not on the disk is refused and not in the file") {
  Synced log;
  CHECK(log.thread->Append(RecordOf("one")).ok());
  log.is_broken = true;
  const absl::Status refused = log.thread->Append(RecordOf("two"));
  CHECK(refused.code() == absl::StatusCode::kUnavailable);
  CHECK(std::string(refused.message()) ==
        "the audit record was not written to place: the disk is broken");
  CHECK(log.place.Ids() == Strings{"one"});
  log.is_broken = false;
  CHECK(log.thread->Append(RecordOf("three")).ok());
  CHECK(log.place.Actions() ==
        Strings{"audit-open", "tls-handshake", "audit-suppressed", "tls-handshake"});
  CHECK(WrongWith(log.place.Lines()).empty());
}

TEST_CASE("those who wait at the end are told and those who come later are refused") {
  Synced log;
  log.gate.Shut();
  std::atomic<int> known = 0;
  const auto note = [&known](const absl::Status& status) {
    if (status.ok()) ++known;
  };
  for (int i = 0; i < 50; ++i)
    CHECK_FALSE(log.thread->Append(RecordOf("record"), note).has_value());
  std::thread closer([&log] { log.thread->Close(); });
  log.gate.Open();
  closer.join();
  CHECK(known == 50);
  const std::optional<absl::Status> late = log.thread->Append(RecordOf("late"), note);
  REQUIRE(late.has_value());
  CHECK(std::string(late->message()) == "the audit log is closed");
  CHECK_FALSE(log.thread->Append(RecordOf("late")).ok());
  CHECK(known == 50);
  CHECK(log.place.Actions().back() == "audit-close");
}

}  // namespace
}  // namespace certgate
