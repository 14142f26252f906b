#include "src/counting/striped_counter.h"

#include <thread>
#include <vector>

#include "tests/support/catch2.h"

namespace certgate {

TEST_CASE("a striped counter loses nothing that many threads add") {
  StripedCounter counter;
  CHECK(counter.Sum() == 0);
  std::vector<std::thread> threads;
  for (int i = 0; i < 20; ++i) {
    threads.emplace_back([&counter] {
      for (int k = 0; k < 1'000; ++k) counter.Add();
      counter.Add(7);
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(counter.Sum() == 20 * 1'007);
}

}  // namespace certgate
