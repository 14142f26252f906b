#include <chrono>
#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/yaml/event_record.h"

namespace certgate {
namespace {

using testing::Read;
using testing::Reading;

std::string Repeat(const std::string& text, std::size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

// The last message of a text that must be refused, and quickly.
std::string Refusal(const std::string& text) {
  const auto begin = std::chrono::steady_clock::now();
  const Reading reading = Read(text);
  CHECK_FALSE(reading.is_whole);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
  REQUIRE_FALSE(reading.diagnostics.empty());
  return reading.diagnostics.back().message;
}

constexpr char kTooDeep[] = "nested deeper than 16 levels";

TEST_CASE("a hundred thousand opening brackets are refused") {
  CHECK(Refusal(Repeat("[", 100'000)) == kTooDeep);
  CHECK(Refusal(Repeat("{", 100'000)) == kTooDeep);
  CHECK(Refusal(Repeat("{a: [", 100'000)) == kTooDeep);
  CHECK(Refusal("a: " + Repeat("[\n", 100'000)) == kTooDeep);
}

TEST_CASE("a hundred thousand balanced brackets are refused") {
  CHECK(Refusal(Repeat("[", 100'000) + Repeat("]", 100'000)) == kTooDeep);
}

TEST_CASE("a hundred thousand nested block lists are refused") {
  CHECK(Refusal(Repeat("- ", 100'000)) == kTooDeep);
  CHECK(Refusal(Repeat("? ", 100'000)) == kTooDeep);
  CHECK(Refusal("a: b\n" + Repeat("? - ", 100'000)) == kTooDeep);
}

TEST_CASE("brackets inside of texts do not nest") {
  for (const std::string& text : std::vector<std::string>{
           "a: x" + Repeat("[", 1000), "a: \"" + Repeat("[", 1000) + "\"", "# " + Repeat("[", 1000),
           "a: |\n  " + Repeat("[", 1000), "a: x\n  " + Repeat("[", 1000),
           "- |\n " + Repeat("[", 1000), "a: 'it''s " + Repeat("{", 1000) + "'"}) {
    const Reading reading = Read(text.front() == '#' ? text + "\na: b\n" : text + "\n");
    INFO(Render(reading.diagnostics));
    CHECK(reading.is_whole);
  }
}

TEST_CASE("an alias bomb is refused without being unfolded") {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 8; ++j) text += before + ", ";
    text += before + "]\n";
  }
  const Reading reading = Read(text);
  REQUIRE_FALSE(reading.diagnostics.empty());
  CHECK(reading.diagnostics[0].message == "`&` begins an anchor, which is not allowed");
  CHECK(reading.diagnostics.size() == 101);
  CHECK(reading.diagnostics.back().message == "and 191 more errors");
  CHECK(reading.events.size() < 20'000);
}

TEST_CASE("an alias to what holds it is refused") {
  const Reading reading = Read("a: &a [*a]\n");
  REQUIRE(reading.diagnostics.size() == 2);
  CHECK(reading.events == "{ a= [ ! ] }");
}

TEST_CASE("a huge collection in brackets is refused") {
  CHECK_THAT(Refusal("- [" + Repeat("a,", 300'000) + "]\n"),
             Catch::Matchers::ContainsSubstring("this bracket holds more than 250000"));
}

TEST_CASE("a text of 64 MiB and one byte is refused") {
  const std::string text(kMostYamlBytes + 1, 'a');
  CHECK(Refusal(text) == "the file is larger than 64 MiB");
}

TEST_CASE("a comment of 64 MiB is just an empty file") {
  std::string text(kMostYamlBytes, 'a');
  text[0] = '#';
  const Reading reading = Read(text);
  REQUIRE(reading.diagnostics.size() == 1);
  CHECK(reading.diagnostics[0].message == "the file is empty");
}

TEST_CASE("many errors in one long line are found in one pass") {
  CHECK(Refusal("a: [" + Repeat("*b, ", 1) + Repeat("\"x\", ", 100'000) + "]\n") ==
        "`*` begins an alias, which is not allowed");
  const Reading reading = Read("- &a x\n- [" + Repeat("*a, ", 100'000) + "]\n");
  CHECK(reading.diagnostics.size() == 101);
}

}  // namespace
}  // namespace certgate
