#include <certgate/handshake_failures.h>

#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

constexpr char kServer[] = "/chttp2_server.cc";
constexpr char kFailure[] = "Handshaking failed: INTERNAL:Socket closed {}";

struct Seen {
  std::mutex mutex;
  std::uint64_t sum = 0;
  std::set<std::string> ids;
  std::size_t records = 0;

  HandshakeSink Sink() {
    return [this](const HandshakeRecord& record) {
      const std::lock_guard lock(mutex);
      sum += record.count;
      ids.emplace(record.id);
      ++records;
    };
  }
};

}  // namespace

TEST_CASE("what threads observe at once is recorded or counted by the end") {
  Seen seen;
  constexpr std::uint64_t kEach = 2'000;
  {
    HandshakeFailures failures(seen.Sink());
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&failures] {
        for (std::uint64_t j = 0; j < kEach; ++j) failures.Observe(kServer, kFailure);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  CHECK(seen.sum == 4 * kEach);
  CHECK(seen.ids.size() == seen.records);
  CHECK(seen.records >= 11);
  // One window, or more where the machine is slow.
  CHECK(seen.records < 1'000);
}

TEST_CASE("messages that tell of no handshake are left to the application") {
  Seen seen;
  {
    HandshakeFailures failures(seen.Sink());
    CHECK_FALSE(failures.Observe("/tcp_posix.cc", "something else"));
    CHECK(failures.Observe(kServer, kFailure));
  }
  CHECK(seen.records == 1);
}

TEST_CASE("a sink that is slow holds up nobody and misses nothing") {
  Seen seen;
  std::mutex gate;
  gate.lock();
  {
    HandshakeFailures failures([&](const HandshakeRecord& record) {
      const std::lock_guard wait(gate);
      seen.Sink()(record);
    });
    for (int i = 0; i < 5'000; ++i) {
      const std::string message = "Handshaking failed: A:error " + std::to_string(i) + " {}";
      failures.Observe(kServer, message.c_str());
    }
    gate.unlock();
  }
  CHECK(seen.sum == 5'000);
}

}  // namespace certgate
