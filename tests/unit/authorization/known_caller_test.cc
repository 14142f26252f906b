#include "src/authorization/known_caller.h"

#include <absl/time/clock.h>

#include <memory>
#include <string>

#include "tests/support/catch2.h"

namespace certgate::testing {
namespace {

std::shared_ptr<Grounds> GroundsFor(const std::string& path, absl::Time from, absl::Time until) {
  auto grounds = std::make_shared<Grounds>();
  grounds->path = path;
  grounds->generation = 1;
  grounds->from = from;
  grounds->until = until;
  return grounds;
}

}  // namespace

TEST_CASE("a decision is remembered for its method, its snapshot and its time") {
  const KnownCaller caller("garbage", "");
  const absl::Time now = absl::Now();
  const auto grounds = GroundsFor("/a/b", now, now + absl::Seconds(1));
  CHECK(caller.Recall(1, "/a/b", 1, now) == nullptr);
  caller.Remember(1, grounds);
  CHECK(caller.Recall(1, "/a/b", 1, now) == grounds);
  CHECK(caller.Recall(1, "/a/b", 1, now + absl::Seconds(1) - absl::Nanoseconds(1)) == grounds);
  CHECK(caller.Recall(1, "/a/b", 1, now + absl::Seconds(1)) == nullptr);
  CHECK(caller.Recall(1, "/a/b", 1, now - absl::Nanoseconds(1)) == nullptr);
  CHECK(caller.Recall(1, "/a/b", 2, now) == nullptr);
  CHECK(caller.Recall(2, "/a/b", 1, now) == nullptr);
}

TEST_CASE("a number that belongs to another method finds nothing") {
  const KnownCaller caller("garbage", "");
  const absl::Time now = absl::Now();
  caller.Remember(1, GroundsFor("/a/b", now, absl::InfiniteFuture()));
  CHECK(caller.Recall(1, "/a/c", 1, now) == nullptr);
  // 0 is the number of no method.
  caller.Remember(0, GroundsFor("/a/b", now, absl::InfiniteFuture()));
  CHECK(caller.Recall(0, "/a/b", 1, now) == nullptr);
}

TEST_CASE("the newest decision about a method takes the place of the one before") {
  const KnownCaller caller("garbage", "");
  const absl::Time now = absl::Now();
  caller.Remember(1, GroundsFor("/a/b", now, absl::InfiniteFuture()));
  const auto newer = GroundsFor("/a/b", now, absl::InfiniteFuture());
  caller.Remember(1, newer);
  CHECK(caller.Recall(1, "/a/b", 1, now) == newer);
}

TEST_CASE("with more methods than there is room for the oldest is forgotten") {
  const KnownCaller caller("garbage", "");
  const absl::Time now = absl::Now();
  const auto path = [](std::uint32_t method) { return "/a/" + std::to_string(method); };
  constexpr auto kAll = static_cast<std::uint32_t>(2 * KnownCaller::kMethods);
  for (std::uint32_t method = 1; method <= kAll; ++method) {
    caller.Remember(method, GroundsFor(path(method), now, absl::InfiniteFuture()));
  }
  for (std::uint32_t method = 1; method <= kAll; ++method) {
    const bool is_kept = caller.Recall(method, path(method), 1, now) != nullptr;
    CHECK(is_kept == (method > kAll - KnownCaller::kMethods));
  }
}

TEST_CASE("what was decided about a chain is not remembered for another one") {
  const absl::Time now = absl::Now();
  const KnownCaller caller("garbage", "");
  caller.Remember(1, GroundsFor("/a/b", now, absl::InfiniteFuture()));
  const KnownCaller other(caller, "another chain");
  CHECK(other.Recall(1, "/a/b", 1, now) == nullptr);
}

}  // namespace certgate::testing
