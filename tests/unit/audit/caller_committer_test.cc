#include "src/audit/caller_committer.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/wait_until.h"
#include "tests/unit/audit/gate.h"
#include "tests/unit/audit/place_group.h"

namespace certgate {
namespace {

using testing::FakePlace;
using testing::Gate;
using testing::GroupOf;
using testing::RecordOf;
using testing::WaitUntil;
using testing::WrongWith;
using Strings = std::vector<std::string>;

// A committer whose place can be held up, and threads that wait at it.
struct HeldUp {
  HeldUp() {
    place.before_write = [this](std::size_t lines) {
      batches.push_back(lines);
      gate.Pass();
      return fault != nullptr ? fault() : absl::OkStatus();
    };
    committer.Tick();
    batches.clear();
  }
  ~HeldUp() {
    gate.Open();
    for (std::thread& thread : threads) thread.join();
  }

  // Appends in a thread of its own; returns once it waits in the line.
  void Append(const std::string& id) {
    const std::size_t before = committer.queued();
    threads.emplace_back([this, id] {
      if (committer.Append(RecordOf(id)).ok()) ++written;
    });
    REQUIRE(WaitUntil([&] { return committer.queued() == before + 1; }));
  }
  void Join() {
    gate.Open();
    for (std::thread& thread : threads) thread.join();
    threads.clear();
  }

  FakePlace place;
  Gate gate;
  std::function<absl::Status()> fault;
  std::vector<std::size_t> batches;  // of the one that writes
  CallerCommitter committer{GroupOf({&place})};
  std::vector<std::thread> threads;
  std::atomic<int> written = 0;
};

TEST_CASE("those that wait are written together in the order in which they came") {
  HeldUp held;
  held.gate.Shut();
  Strings expected;
  for (int i = 0; i < 20; ++i) {
    expected.push_back("record-" + std::to_string(i));
    held.Append(expected.back());
  }
  held.Join();
  CHECK(held.written == 20);
  CHECK(held.place.Ids() == expected);
  CHECK(held.batches == std::vector<std::size_t>{1, 19});
  CHECK(held.committer.queued() == 0);
  CHECK(WrongWith(held.place.Lines()).empty());
}

TEST_CASE("a long line of records is written in batches and in order") {
  HeldUp held;
  held.gate.Shut();
  Strings expected;
  for (int i = 0; i < 150; ++i) {
    expected.push_back("record-" + std::to_string(i));
    held.Append(expected.back());
  }
  held.Join();
  CHECK(held.written == 150);
  CHECK(held.place.Ids() == expected);
  CHECK(held.batches == std::vector<std::size_t>{1, 64, 64, 21});
}

TEST_CASE("one that came while another was writing is not taken for written") {
  HeldUp held;
  held.gate.Shut();
  held.Append("first");
  REQUIRE(WaitUntil([&] { return held.gate.waiting() == 1; }));
  held.Append("second");
  CHECK(held.place.Ids().empty());
  CHECK(held.written == 0);
  held.Join();
  CHECK(held.place.Ids() == Strings{"first", "second"});
}

TEST_CASE("all of a batch that failed are refused and those behind it are tried") {
  HeldUp held;
  const bool throws = GENERATE(true, false);
  held.gate.Shut();
  held.Append("first");
  REQUIRE(WaitUntil([&] { return held.gate.waiting() == 1; }));
  held.Append("second");
  held.Append("third");
  int calls = 0;
  held.fault = [&calls, throws]() -> absl::Status {
    if (++calls != 2) return absl::OkStatus();
    if (throws) throw std::runtime_error("thrown");
    return absl::UnavailableError("broken");
  };
  held.Join();
  CHECK(held.written == 1);
  CHECK(held.place.Ids() == Strings{"first"});
  CHECK(held.committer.Append(RecordOf("fourth")).ok());
  const nlohmann::json outage = held.place.Records()[2];
  CHECK(outage["certgate"]["suppressed"]["count"] == 2);
  CHECK(held.place.Ids().back() == "fourth");
}

TEST_CASE("those that came before the end are written and those after are refused") {
  HeldUp held;
  held.gate.Shut();
  held.Append("first");
  held.Append("second");
  std::thread closer([&held] { held.committer.Close(); });
  held.gate.Open();
  closer.join();
  held.Join();
  const absl::Status late = held.committer.Append(RecordOf("late"));
  CHECK(late.code() == absl::StatusCode::kUnavailable);
  CHECK(std::string(late.message()) == "the audit log is closed");
  CHECK(held.place.Actions() ==
        Strings{"audit-open", "tls-handshake", "tls-handshake", "audit-close"});
  held.committer.Close();
  held.committer.Tick();
  CHECK(held.place.Lines().size() == 4);
}

TEST_CASE("sixteen threads lose double and disorder nothing") {
  constexpr int kThreads = 16;
  constexpr int kEach = 300;
  FakePlace place;
  std::atomic<bool> is_busy = false;
  std::atomic<int> overlaps = 0;
  std::atomic<int> fails = 0;
  // Each tenth write fails: what was told to be written, and that alone, must stand there.
  place.before_write = [&, count = 0](std::size_t) mutable {
    if (is_busy.exchange(true)) ++overlaps;
    std::this_thread::yield();
    is_busy = false;
    return ++count % 10 == 0 ? absl::UnavailableError("broken") : absl::OkStatus();
  };
  CallerCommitter committer(GroupOf({&place}));
  std::vector<Strings> told(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string id = std::to_string(t) + "/" + std::to_string(i);
        if (committer.Append(RecordOf(id)).ok()) {
          told[static_cast<std::size_t>(t)].push_back(id);
        } else {
          ++fails;
        }
        if (i % 50 == 0) committer.Tick();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  place.before_write = nullptr;
  committer.Close();
  CHECK(overlaps == 0);
  CHECK(fails > 0);
  std::vector<Strings> written(kThreads);
  std::uint64_t counted = 0;
  for (const nlohmann::json& record : place.Records()) {
    const std::string id = record["event"]["id"];
    if (record["certgate"].contains("suppressed")) {
      counted += record["certgate"]["suppressed"]["count"].get<std::uint64_t>();
    } else if (!record["certgate"].contains("trail")) {
      written.at(std::stoul(id)).push_back(id);
    }
  }
  CHECK(written == told);
  CHECK(counted == static_cast<std::uint64_t>(fails));
  CHECK(WrongWith(place.Lines()).empty());
}

}  // namespace
}  // namespace certgate
