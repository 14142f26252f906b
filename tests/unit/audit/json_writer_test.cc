#include "src/audit/json_writer.h"

#include <string>
#include <string_view>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

std::string Cut(std::string_view text, std::size_t budget) {
  std::string out = "before ";
  CHECK_FALSE(AppendEscaped(text, budget, out));
  return out;
}

TEST_CASE("a text that just fits is whole") {
  std::string out;
  CHECK(AppendEscaped("abcde", 5, out));
  CHECK(AppendEscaped("", 3, out));
  CHECK(AppendEscaped("\xe2\x82\xac", 6, out));
  CHECK(out == "abcde\\u20ac");
}

TEST_CASE("a text that does not fit ends with three dots") {
  CHECK(Cut("abcdef", 5) == "before ab...");
  CHECK(Cut("abcd", 3) == "before ...");
}

TEST_CASE("a cut never divides an escape") {
  CHECK(Cut("ab\xe2\x82\xac", 7) == "before ab...");
  CHECK(Cut("\xe2\x82\xac\xe2\x82\xac", 11) == "before \\u20ac...");
  CHECK(Cut("\xf0\x9f\x94\x91z", 12) == "before ...");
  CHECK(Cut("\xf0\x9f\x94\x91zzzz", 15) == "before \\ud83d\\udd11...");
  CHECK(Cut("\"\"\"", 5) == "before \\\"...");
  CHECK(Cut("\xff\xff", 9) == "before \\\\xff...");
}

TEST_CASE("a cut never divides an escape at any budget") {
  const std::string text =
      "a\"b\\\n\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x91\xff"
      "cd\xc3\xa9z";
  std::string whole;
  REQUIRE(AppendEscaped(text, 1000, whole));
  for (std::size_t budget = 3; budget < whole.size(); ++budget) {
    std::string out;
    INFO(budget);
    REQUIRE_FALSE(AppendEscaped(text, budget, out));
    REQUIRE(out.size() <= budget);
    const std::string kept = out.substr(0, out.size() - kCutMark.size());
    REQUIRE(out == kept + "...");
    // What was kept is the beginning of the whole, and ends where some beginning of the text does.
    bool at_boundary = false;
    for (std::size_t bytes = 0; bytes <= text.size() && !at_boundary; ++bytes) {
      std::string prefix;
      REQUIRE(AppendEscaped(std::string_view(text).substr(0, bytes), 1000, prefix));
      at_boundary = prefix == kept && whole.starts_with(kept);
    }
    REQUIRE(at_boundary);
  }
}

TEST_CASE("objects and lists without members leave no trace") {
  std::string out;
  JsonWriter json(out);
  json.Begin();
  json.Open("empty");
  json.Open("inner");
  json.Close();
  json.OpenList("list", 10);
  json.CloseList();
  json.Text("text", "", 10);
  json.Close();
  json.Number("n", 7);
  json.Open("object");
  json.Boolean("b", true);
  json.Close();
  json.End();
  CHECK(out == R"({"n":7,"object":{"b":true}})");
}

TEST_CASE("a list stays within its budget") {
  std::string out;
  JsonWriter json(out);
  json.Begin();
  json.OpenList("l", 16);
  CHECK(json.Add("", "abc"));
  CHECK_FALSE(json.Add("D:", "abcdefg"));
  CHECK_FALSE(json.Add("", ""));
  json.CloseList();
  json.End();
  CHECK(out == R"({"l":["abc","D:abc..."]})");
}

}  // namespace
}  // namespace certgate
