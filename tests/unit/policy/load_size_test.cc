#include <chrono>
#include <cstddef>
#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/policy/load_support.h"

namespace certgate {
namespace {

constexpr int kMany = 100'000;

// Loads `text` and checks that it did not take quadratic time.
PolicyLoad LoadQuickly(const std::string& text) {
  const auto begin = std::chrono::steady_clock::now();
  PolicyLoad load = ParsePolicy(text, "large.yaml");
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  UNSCOPED_INFO("took " << took.count() << " s");
  CHECK(took.count() < 30);
  return load;
}

const std::string kMethods =
    "methods:\n  /helloworld.Greeter/SayHello:\n    allow:\n      - client: c0\n";

TEST_CASE("a policy with a hundred thousand clients loads") {
  std::string text = "version: 1\nname: large\nclients:\n";
  for (int i = 0; i < kMany; ++i) {
    const std::string n = std::to_string(i);
    text += "  c" + n + ":\n    - cn: client-" + n + "\n      ou: [payments, edge]\n";
  }
  const PolicyLoad load = LoadQuickly(text + kMethods);
  INFO(Render(load.diagnostics));
  REQUIRE(load.policy != nullptr);
  CHECK(load.policy->entry_count() == kMany + 1);
}

TEST_CASE("a chain of a hundred thousand client sets is no cycle") {
  std::string text = "version: 1\nname: large\nclients:\n";
  for (int i = 0; i < kMany; ++i) {
    text += "  c" + std::to_string(i) + ":\n    - client: c" + std::to_string(i + 1) + "\n";
  }
  text += "  c" + std::to_string(kMany) + ":\n    - cn: my-grpc-client\n";
  const PolicyLoad load = LoadQuickly(text + kMethods);
  INFO(Render(load.diagnostics));
  CHECK(load.policy != nullptr);
}

TEST_CASE("a cycle of a hundred thousand client sets is found") {
  std::string text = "version: 1\nname: large\nclients:\n";
  for (int i = 0; i < kMany; ++i) {
    text +=
        "  c" + std::to_string(i) + ":\n    - client: c" + std::to_string((i + 1) % kMany) + "\n";
  }
  const PolicyLoad load = LoadQuickly(text + kMethods);
  REQUIRE(load.diagnostics.size() == 1);
  CHECK(load.diagnostics[0].location == SourceLocation{3 + 2 * kMany, 15});
  CHECK_THAT(load.diagnostics[0].message,
             Catch::Matchers::ContainsSubstring("client `c0` leads to itself: `c0` -> `c1`"));
  CHECK_THAT(load.diagnostics[0].message,
             Catch::Matchers::ContainsSubstring("(99992 more) -> `c0`"));
}

TEST_CASE("a hundred thousand errors are counted and a hundred shown") {
  std::string text = "version: 1\nname: large\nclients:\n";
  for (int i = 0; i < kMany; ++i) {
    text += "  c" + std::to_string(i) + ":\n    - client: d" + std::to_string(i) + "\n";
  }
  const PolicyLoad load = LoadQuickly(text + kMethods);
  CHECK(load.policy == nullptr);
  REQUIRE(load.diagnostics.size() == 101);
  CHECK(load.diagnostics[0].location == SourceLocation{5, 15});
  CHECK(load.diagnostics[99].location == SourceLocation{203, 15});
  CHECK(load.diagnostics[100].message == "and 99900 more errors");
}

TEST_CASE("a policy on one long line with many errors is read in one pass") {
  std::string text = "{ version: 1, name: large, methods: { \"*\": { allow: [ { cn: [x";
  const std::size_t first_number = text.size() + 2;
  for (int i = 0; i < kMany; ++i) text += ", 1";
  const PolicyLoad load = LoadQuickly(text + "] } ] } } }\n");
  REQUIRE(load.diagnostics.size() == 101);
  CHECK(load.diagnostics[0].location == SourceLocation{1, first_number + 1});
}

TEST_CASE("an alias bomb among the client sets is refused without being unfolded") {
  std::string text = "version: 1\nname: bomb\nclients:\n  c0: &c0 [{ cn: a }, { cn: b }]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "*c" + std::to_string(i - 1);
    const std::string n = std::to_string(i);
    text += "  c" + n + ": &c" + n + " [" + before + ", " + before + ", " + before + "]\n";
  }
  const PolicyLoad load = LoadQuickly(text + kMethods);
  CHECK(load.policy == nullptr);
  REQUIRE(load.diagnostics.size() == 101);
  CHECK(load.diagnostics[0].location == SourceLocation{4, 7});
  CHECK(load.diagnostics[0].message == "`&` begins an anchor, which is not allowed");
}

TEST_CASE("a value that is nested a hundred thousand deep is refused where it is too deep") {
  const std::string head = "version: 1\nname: deep\nmethods:\n  \"*\":\n    allow:\n      - cn: ";
  const std::string depth(kMany, '[');
  for (const std::string& text : {head + depth, head + depth + std::string(kMany, ']') + "\n"}) {
    const PolicyLoad load = LoadQuickly(text);
    REQUIRE(load.diagnostics.size() == 1);
    CHECK(load.diagnostics[0].location.line == 6);
    CHECK(load.diagnostics[0].message == "nested deeper than 16 levels");
  }
}

TEST_CASE("reading stops after ten thousand errors") {
  std::string text = "version: 1\nname: large\n" + kMethods;
  for (int i = 0; i < kMany; ++i) text += "unknown-key-" + std::to_string(i) + ": 1\n";
  const PolicyLoad load = LoadQuickly(text);
  CHECK(load.policy == nullptr);
  REQUIRE(load.diagnostics.size() == 101);
  CHECK(load.diagnostics[100].message == "and 9900 more errors");
}

std::string WithRegexes(int count) {
  std::string text = "version: 1\nname: large\nmethods:\n  \"*\":\n    allow:\n";
  for (int i = 0; i < count; ++i) {
    text += "      - cn: { regex: 'edge-" + std::to_string(i) + "-[0-9]+' }\n";
  }
  return text + "...\n";
}

TEST_CASE("a policy holds ten thousand regexes and no more") {
  CHECK(LoadQuickly(WithRegexes(10'000)).policy != nullptr);
  const PolicyLoad load = LoadQuickly(WithRegexes(10'003));
  REQUIRE(load.diagnostics.size() == 1);
  CHECK(load.diagnostics[0].location == SourceLocation{10'006, 22});
  CHECK(load.diagnostics[0].message == "more than 10000 regexes in one policy");
}

}  // namespace
}  // namespace certgate
