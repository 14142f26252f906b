#include <absl/time/clock.h>
#include <certgate/record_id.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch2.h"

namespace certgate {

TEST_CASE("a record id is 26 characters of Crockford base 32") {
  const std::string text(RecordId::Generate(absl::Now()).text());
  CHECK(text.size() == 26);
  CHECK(text.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ") == std::string::npos);
}

TEST_CASE("a record id begins with its time as ULIDs do") {
  // The example of the ULID specification: 1469918176385 ms is 01ARYZ6S41.
  const RecordId id = RecordId::Generate(absl::FromUnixMillis(1469918176385));
  CHECK(id.text().substr(0, 10) == "01ARYZ6S41");
  CHECK(id.text() < RecordId::Generate(absl::FromUnixMillis(1469918176386)).text());
}

TEST_CASE("record ids made at one moment on many threads differ") {
  constexpr std::size_t kThreads = 8;
  constexpr std::size_t kIdsEach = 2000;
  std::vector<std::vector<std::string>> made(kThreads);
  std::vector<std::thread> threads;
  for (auto& mine : made) {
    threads.emplace_back([&mine] {
      for (std::size_t i = 0; i < kIdsEach; ++i) {
        mine.emplace_back(RecordId::Generate(absl::UnixEpoch()).text());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> distinct;
  for (const auto& mine : made) distinct.insert(mine.begin(), mine.end());
  CHECK(distinct.size() == kThreads * kIdsEach);
}

}  // namespace certgate
