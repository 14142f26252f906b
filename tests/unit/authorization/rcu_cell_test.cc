#include "src/authorization/rcu_cell.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "tests/support/catch2.h"

namespace certgate::testing {
namespace {

// Two halves that are the same as long as it lives.
struct Pair {
  explicit Pair(int value) : first(value), second(value) {}
  ~Pair() {
    first = -1;
    second = -2;
  }
  volatile int first;
  volatile int second;
};

void Replace(RcuCell<Pair>& cell, int value) {
  const std::unique_ptr<const Pair> old = cell.Exchange(std::make_unique<Pair>(value));
  cell.WaitForReaders();
}

}  // namespace

TEST_CASE("a reader sees what was put in last") {
  RcuCell<Pair> cell;
  Replace(cell, 1);
  CHECK(cell.Read()->first == 1);
  Replace(cell, 2);
  CHECK(cell.Read()->first == 2);
  CHECK((*cell.Read()).second == 2);
}

TEST_CASE("what is read stays until its reader is done, and later readers do not keep it") {
  RcuCell<Pair> cell;
  Replace(cell, 1);
  std::atomic<bool> is_reading = false;
  std::atomic<bool> is_done = false;
  std::atomic<bool> has_waited = false;
  bool was_there = false;
  std::thread reader([&] {
    const auto reading = cell.Read();
    is_reading = true;
    while (!is_done) std::this_thread::yield();
    was_there = !has_waited && reading->first == 1 && reading->second == 1;
  });
  while (!is_reading) std::this_thread::yield();
  std::thread writer([&] {
    Replace(cell, 2);
    has_waited = true;
  });
  // Readers come and go all the time.
  while (cell.Read()->first != 2) std::this_thread::yield();
  std::atomic<bool> stops = false;
  std::thread later([&] {
    while (!stops) static_cast<void>(cell.Read()->first);
  });
  is_done = true;
  reader.join();
  writer.join();
  stops = true;
  later.join();
  CHECK(was_there);
}

TEST_CASE("many threads read whole values while others replace them") {
  constexpr int kReaders = 6;
  constexpr int kWriters = 2;
  constexpr int kReplacements = 500;
  RcuCell<Pair> cell;
  Replace(cell, 0);
  std::atomic<int> torn = 0;
  std::atomic<int> writing = kWriters;
  std::vector<std::thread> threads;
  for (int i = 0; i < kReaders; ++i) {
    threads.emplace_back([&] {
      while (writing > 0) {
        const auto outer = cell.Read();
        const auto inner = cell.Read();
        if (outer->first != outer->second || inner->first != inner->second) ++torn;
        if (outer->first < 0) ++torn;
      }
    });
  }
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      for (int i = 0; i < kReplacements; ++i) Replace(cell, writer * kReplacements + i);
      --writing;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(torn == 0);
}

}  // namespace certgate::testing
