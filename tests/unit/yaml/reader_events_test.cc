#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/yaml/event_record.h"

namespace certgate {
namespace {

using testing::Read;
using testing::Reading;

// The events of a text without errors.
std::string EventsOf(const std::string& text) {
  const Reading reading = Read(text);
  INFO(Render(reading.diagnostics));
  CHECK(reading.is_whole);
  CHECK(reading.diagnostics.empty());
  return reading.events;
}

TEST_CASE("a mapping is told key by key") {
  CHECK(EventsOf("a: b\nc:\n  d: e\n") == "{ a= b c= { d= e } }");
}

TEST_CASE("lists are told in block and in flow style") {
  CHECK(EventsOf("- a\n- [b, c]\n- - d\n") == "[ a [ b c ] [ d ] ]");
}

TEST_CASE("scalars in quotes and block scalars are told apart from plain ones") {
  CHECK(EventsOf("a: \"b\"\nc: 'd'\ne: f\ng: |\n  h\n") == "{ a= \"b\" c= \"d\" e= f g= \"h\n\" }");
}

TEST_CASE("an absent value is told apart from a written null") {
  CHECK(EventsOf("a:\nb: ~\nc: null\nd: ''\n") == "{ a= (absent) b= ~ c= null d= \"\" }");
  CHECK(EventsOf("-\n- ~\n") == "[ (absent) ~ ]");
}

TEST_CASE("an absent value is not taken for a null that begins the next key") {
  CHECK(EventsOf("a:\nnullable: b\n") == "{ a= (absent) nullable= b }");
  CHECK(EventsOf("a:\nnull: b\n") == "{ a= (absent) null= b }");
}

TEST_CASE("a plain key that is null or a number is told as written") {
  CHECK(EventsOf("~: a\n42: b\non: c\n") == "{ ~= a 42= b on= c }");
}

TEST_CASE("an explicit key is a key like any other") {
  CHECK(EventsOf("? a\n: b\n") == "{ a= b }");
}

TEST_CASE("one document may have its marks") { CHECK(EventsOf("---\na: b\n...\n") == "{ a= b }"); }

TEST_CASE("a key that is quoted is no merge key") { CHECK(EventsOf("\"<<\": a\n") == "{ <<= a }"); }

TEST_CASE("what is rejected leaves a mark and the rest is told") {
  CHECK(Read("a: &x b\nc: *x\nd: e\n").events == "{ a= b c= ! d= e }");
  CHECK(Read("<<: { a: b }\nc: d\n").events == "{ !=! c= d }");
  CHECK(Read("[a, [b]]: { c: [d] }\ne: f\n").events == "{ !=! e= f }");
  CHECK(Read("{ a: b }: c\ne: f\n").events == "{ !=! e= f }");
  CHECK(Read(": a\nb: c\n").events == "{ !=! b= c }");
  CHECK(Read("a: b\nc\n").events == "{ a= b !=! }");
}

TEST_CASE("a duplicate key is reported and told") {
  const Reading reading = Read("a: b\nc: d\na: e\n");
  CHECK(reading.is_whole);
  CHECK(reading.events == "{ a= b c= d a= e }");
  REQUIRE(reading.diagnostics.size() == 1);
  CHECK(reading.diagnostics[0].location == SourceLocation{3, 1});
  CHECK_THAT(reading.diagnostics[0].hint, Catch::Matchers::ContainsSubstring("line 1"));
}

TEST_CASE("the same key in two mappings is no duplicate") {
  CHECK(EventsOf("- a: b\n- a: c\n") == "[ { a= b } { a= c } ]");
}

TEST_CASE("reading stops at a syntax error without ends of what is open") {
  const Reading reading = Read("a: b\nc: @d\ne: f\n");
  CHECK_FALSE(reading.is_whole);
  CHECK(reading.events == "{ a= b c=");
}

TEST_CASE("a text without a document is not whole") {
  for (const std::string text : {"", "# nothing\n", "\n\n", " \n"}) {
    const Reading reading = Read(text);
    CHECK_FALSE(reading.is_whole);
    CHECK(reading.events.empty());
    REQUIRE(reading.diagnostics.size() == 1);
    CHECK(reading.diagnostics[0].message == "the file is empty");
  }
}

}  // namespace
}  // namespace certgate
