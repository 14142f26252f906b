#include "src/interceptor/running_calls.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "src/authorization/grounds.h"
#include "tests/support/catch2.h"

namespace certgate {
namespace {

/// An address that stands for a call; the table never looks behind it.
grpc_call* Call(std::uintptr_t number) { return reinterpret_cast<grpc_call*>(number * 64); }

Authorization Named(const std::string& name) {
  auto standing = std::make_shared<StandingIdentity>();
  standing->identity.common_name = name;
  auto grounds = std::make_shared<Grounds>();
  grounds->standing = std::move(standing);
  Authorization authorization;
  authorization.code = absl::StatusCode::kOk;
  authorization.grounds = std::move(grounds);
  return authorization;
}

}  // namespace

TEST_CASE("a running call is found until it is removed") {
  RunningCalls calls;
  const Authorization ada = Named("ada");
  RunningCall entry(Call(1), "/a.B/C", ada);
  CHECK(calls.Find(Call(1)) == nullptr);
  calls.Add(entry);
  CHECK(calls.Find(Call(1)) == &entry);
  CHECK(calls.CallerOf(Call(1)) == ada.caller());
  CHECK(calls.CallerOf(Call(2)) == nullptr);
  calls.Remove(entry);
  CHECK(calls.Find(Call(1)) == nullptr);
  CHECK(calls.CallerOf(Call(1)) == nullptr);
}

TEST_CASE("many calls in one table are told apart in any order of removal") {
  RunningCalls calls;
  std::deque<RunningCall> entries;
  constexpr std::uintptr_t kCalls = 10'000;
  for (std::uintptr_t i = 1; i <= kCalls; ++i) {
    calls.Add(entries.emplace_back(Call(i), "/a.B/C", Named(std::to_string(i))));
  }
  for (std::uintptr_t i = 1; i <= kCalls; i += 2) calls.Remove(entries[i - 1]);
  for (std::uintptr_t i = 1; i <= kCalls; ++i) {
    const auto caller = calls.CallerOf(Call(i));
    if (i % 2 == 1) {
      REQUIRE(caller == nullptr);
    } else {
      REQUIRE(caller->common_name == std::to_string(i));
    }
  }
}

TEST_CASE("threads add and remove calls of their own at once") {
  RunningCalls calls;
  std::vector<int> wrong(8, 0);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      const auto caller = Named(std::to_string(t));
      for (std::uintptr_t i = 1; i <= 2000; ++i) {
        RunningCall entry(Call(i * wrong.size() + t), "/a.B/C", caller);
        calls.Add(entry);
        if (calls.CallerOf(entry.call) != caller.caller()) ++wrong[t];
        calls.Remove(entry);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(8, 0));
}

}  // namespace certgate
