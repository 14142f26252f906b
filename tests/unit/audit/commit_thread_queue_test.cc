#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "src/audit/commit_thread.h"
#include "tests/support/catch2.h"
#include "tests/support/wait_until.h"
#include "tests/unit/audit/gate.h"
#include "tests/unit/audit/place_group.h"

// Durability::kAsync, and places that are not required: a record counts once it is in the queue.

namespace certgate {
namespace {

using testing::FakePlace;
using testing::Gate;
using testing::GroupOf;
using testing::RecordOf;
using testing::WaitUntil;
using testing::WrongWith;
using Strings = std::vector<std::string>;

struct Queued {
  explicit Queued(OnFull on_full, std::size_t capacity,
                  absl::Duration closing_time = absl::Seconds(60)) {
    place.before_write = [this](std::size_t) {
      gate.Pass();
      return is_broken ? absl::UnavailableError("broken") : absl::OkStatus();
    };
    auto group = GroupOf({&place}, {.on_failure = SinkGroup::OnFailure::kRetried});
    REQUIRE(group->Commit({}).ok());
    thread.emplace(std::move(group), CommitThread::Options{.counts_once_queued = true,
                                                           .on_full = on_full,
                                                           .capacity = capacity,
                                                           .service = {"s", "1"},
                                                           .closing_time = closing_time});
  }
  ~Queued() { gate.Open(); }

  // Holds the thread up at the place, with one record, and fills the queue behind it.
  void Fill(std::size_t capacity) {
    gate.Shut();
    REQUIRE(thread->Append(RecordOf("held up")).ok());
    REQUIRE(WaitUntil([this] { return gate.waiting() == 1; }));
    for (std::size_t i = 0; i < capacity; ++i) REQUIRE(thread->Append(RecordOf("queued")).ok());
    REQUIRE(thread->queued() == capacity);
  }

  // The counts that `audit-suppressed` records tell.
  std::uint64_t Told() const {
    std::uint64_t told = 0;
    for (const nlohmann::json& record : place.Records()) {
      if (record["event"]["action"] != "audit-suppressed") continue;
      CHECK(record["event"]["reason"] == "queue_full");
      CHECK(record["certgate"]["suppressed"]["since"] <= record["certgate"]["suppressed"]["until"]);
      told += record["certgate"]["suppressed"]["count"].get<std::uint64_t>();
    }
    return told;
  }
  std::size_t Written() const {
    std::size_t written = 0;
    for (const std::string& action : place.Actions())
      written += action == "tls-handshake" ? 1u : 0u;
    return written;
  }

  FakePlace place;
  Gate gate;
  std::atomic<bool> is_broken = false;
  std::optional<CommitThread> thread;
};

TEST_CASE("a queue is written in its order and to the end") {
  Queued log(OnFull::kBlock, 100);
  Strings expected;
  for (int i = 0; i < 5000; ++i) {
    expected.push_back("record-" + std::to_string(i));
    REQUIRE(log.thread->Append(RecordOf(expected.back())).ok());
  }
  log.thread->Close();
  CHECK(log.place.Ids() == expected);
  CHECK(log.place.Actions().back() == "audit-close");
  CHECK(WrongWith(log.place.Lines()).empty());
  CHECK(log.thread->dropped() == 0);
}

TEST_CASE("a queue counts a record as written before the place has it") {
  Queued log(OnFull::kRefuse, 10);
  log.Fill(0);
  bool was_called = false;
  const auto known =
      log.thread->Append(RecordOf("x"), [&was_called](const absl::Status&) { was_called = true; });
  REQUIRE(known.has_value());
  CHECK(known->ok());
  CHECK(log.Written() == 0);
  log.gate.Open();
  log.thread->Close();
  CHECK_FALSE(was_called);
  CHECK(log.Written() == 2);
}

TEST_CASE("a full queue makes its callers wait if that is wanted") {
  Queued log(OnFull::kBlock, 4);
  log.Fill(4);
  std::atomic<int> written = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      if (log.thread->Append(RecordOf("waited")).ok()) ++written;
    });
  }
  for (int i = 0; i < 100; ++i) std::this_thread::yield();
  CHECK(written == 0);
  CHECK(log.thread->queued() == 4);
  log.gate.Open();
  for (std::thread& thread : threads) thread.join();
  CHECK(written == 8);
  log.thread->Close();
  CHECK(log.Written() == 13);
  CHECK(log.Told() == 0);
}

TEST_CASE("those who wait for room are refused when the log is closed") {
  Queued log(OnFull::kBlock, 1, absl::ZeroDuration());
  log.is_broken = true;
  REQUIRE(log.thread->Append(RecordOf("first")).ok());
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (log.thread->Append(RecordOf("more")).ok()) {
      }
      ++refused;
    });
  }
  REQUIRE(WaitUntil([&] { return log.thread->queued() == 1; }));
  log.thread->Close();
  for (std::thread& thread : threads) thread.join();
  CHECK(refused == 4);
}

TEST_CASE("a full queue refuses if that is wanted and the refusals are counted") {
  Queued log(OnFull::kRefuse, 4);
  log.Fill(4);
  for (int i = 0; i < 7; ++i) {
    const absl::Status refused = log.thread->Append(RecordOf("refused"));
    CHECK(refused.code() == absl::StatusCode::kUnavailable);
    CHECK(std::string(refused.message()) == "the queue of audit records is full");
  }
  CHECK(log.thread->refused() == 7);
  CHECK(log.thread->dropped() == 0);
  log.gate.Open();
  log.thread->Close();
  CHECK(log.Written() == 5);
  CHECK(log.Told() == 7);
  CHECK(WrongWith(log.place.Lines()).empty());
}

TEST_CASE("a full queue drops if that is wanted and each drop is counted and recorded") {
  Queued log(OnFull::kDrop, 4);
  log.Fill(4);
  for (int i = 0; i < 9; ++i) CHECK(log.thread->Append(RecordOf("dropped")).ok());
  CHECK(log.thread->dropped() == 9);
  log.gate.Open();
  REQUIRE(WaitUntil([&log] { return log.Told() == 9; }));
  // Once.
  log.thread->Close();
  CHECK(log.Told() == 9);
  CHECK(log.Written() == 5);
  CHECK(log.thread->refused() == 0);
  CHECK(WrongWith(log.place.Lines()).empty());
}

TEST_CASE("records and drops of many threads add up while the place comes and goes") {
  Queued log(OnFull::kDrop, 8);
  constexpr int kThreads = 8;
  constexpr int kEach = 1000;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&log] {
      const UnnumberedRecord record = RecordOf("record");
      for (int i = 0; i < kEach; ++i) {
        if (i % 2 == 0) {
          log.thread->Offer(record);
        } else {
          static_cast<void>(log.thread->Append(UnnumberedRecord(record)));
        }
        if (i % 100 == 0) log.is_broken = i % 200 == 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  log.is_broken = false;
  log.thread->Close();
  CHECK(log.Written() + log.Told() == kThreads * kEach);
  CHECK(log.thread->dropped() == log.Told());
  CHECK(WrongWith(log.place.Lines()).empty());
}

TEST_CASE("what could not be written is tried again until it can") {
  Queued log(OnFull::kBlock, 100);
  log.is_broken = true;
  for (int i = 0; i < 10; ++i) REQUIRE(log.thread->Append(RecordOf(std::to_string(i))).ok());
  REQUIRE(WaitUntil([&log] { return log.place.writes() >= 4; }));
  log.is_broken = false;
  log.thread->Close();
  CHECK(log.place.Ids() == Strings{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
  CHECK(WrongWith(log.place.Lines()).empty());
}

TEST_CASE("what cannot be written at the end is given up and counted") {
  Queued log(OnFull::kBlock, 5000, absl::Milliseconds(50));
  log.is_broken = true;
  // More than one batch.
  for (int i = 0; i < 3000; ++i) REQUIRE(log.thread->Append(RecordOf("lost")).ok());
  log.thread->Close();
  CHECK(log.thread->dropped() == 3000);
  CHECK(log.thread->queued() == 0);
  CHECK(log.Written() == 0);
  const absl::Status late = log.thread->Append(RecordOf("late"));
  CHECK(std::string(late.message()) == "the audit log is closed");
  log.thread->Offer(RecordOf("late"));
  CHECK(log.thread->dropped() == 3001);
}

}  // namespace
}  // namespace certgate
