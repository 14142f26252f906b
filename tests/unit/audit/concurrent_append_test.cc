#include <certgate/audit_log.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/line_sink.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

// Gives way to the other threads in the middle of each write.
class SlowSink final : public testing::LineSink {
 public:
  SlowSink(std::vector<int>& sequences, std::atomic<int>& overlaps)
      : sequences_(sequences), overlaps_(overlaps) {}
  std::string name() const override { return "slow sink"; }

 protected:
  absl::Status Take(std::string_view line) override {
    if (busy_.exchange(true)) ++overlaps_;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    if (!busy_.exchange(false)) return absl::InternalError("two writes at once");
    sequences_.push_back(nlohmann::json::parse(line)["event"]["sequence"]);
    return absl::OkStatus();
  }

 private:
  std::vector<int>& sequences_;
  std::atomic<int>& overlaps_;
  std::atomic<bool> busy_ = false;
};

TEST_CASE("a sink is never called by two threads at once") {
  std::vector<int> sequences;
  std::atomic<int> overlaps = 0;
  const std::unique_ptr<AuditLog> log =
      testing::LogTo(std::make_unique<SlowSink>(sequences, overlaps));
  const PeerIdentity caller = testing::SampleCaller();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        if (!log->Append(testing::AllowedRecord(caller)).ok()) ++overlaps;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(overlaps == 0);
  std::vector<int> expected(200);
  // Behind the record that opens the trail.
  std::iota(expected.begin(), expected.end(), 2);
  CHECK(sequences == expected);
}

TEST_CASE("threads append whole lines numbered in the order of the file") {
  constexpr int kThreads = 8;
  constexpr int kRecordsEach = 500;
  const testing::ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  std::unique_ptr<AuditLog> log = *AuditLog::OpenFile(path, {"greeter-server", "0.1.0"});

  std::atomic<int> written = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&log, &written, t] {
      PeerIdentity caller = testing::SampleCaller();
      caller.common_name = "client-" + std::to_string(t);
      for (int i = 0; i < kRecordsEach; ++i) {
        const std::string id = std::to_string(t) + "/" + std::to_string(i);
        DecisionRecord record = testing::AllowedRecord(caller);
        record.id = id;
        if (log->Append(record).ok()) ++written;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(written == kThreads * kRecordsEach);
  log.reset();

  std::istringstream lines(testing::ReadFile(path));
  std::vector<int> next(kThreads, 0);
  int sequence = 0;
  ChainHash previous;
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json event = nlohmann::json::parse(line)["event"];
    REQUIRE(event["sequence"] == ++sequence);
    const auto link = ReadChain(line);
    REQUIRE(link.has_value());
    REQUIRE(link->IsSound());
    REQUIRE(link->previous == previous.text());
    previous = *ChainHash::Parse(link->hash);
    if (event["action"] != "authorize") continue;
    const std::string id = event["id"];
    const std::size_t thread = std::stoul(id);
    // Each thread's own records stand in the order in which it wrote them.
    REQUIRE(id == std::to_string(thread) + "/" + std::to_string(next.at(thread)++));
  }
  // With those that open and close the trail.
  CHECK(sequence == kThreads * kRecordsEach + 2);
}

}  // namespace
}  // namespace certgate
