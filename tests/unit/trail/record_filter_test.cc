#include "src/trail/record_filter.h"

#include <cctype>
#include <string>

#include "src/audit/chain.h"
#include "src/trail/line_block.h"
#include "tests/support/catch2.h"
#include "tests/support/trail_writer.h"

namespace certgate {
namespace {

using testing::TrailCall;
using testing::TrailWriter;

bool Finds(const FilterWords& words, const std::string& line) {
  const RecordFilter filter(words);
  std::string padded = line.substr(0, line.size() - 1);
  const std::size_t size = padded.size();
  padded.append(kLinePadding, ' ');
  const std::string_view text = std::string_view(padded).substr(0, size);
  RecordReader reader;
  ParsedRecord record;
  REQUIRE(reader.Read(text, record).empty());
  const bool matches = filter.Matches(record);
  // The quick look passes over nothing that matches.
  if (matches) CHECK(filter.MayMatch(text));
  return matches;
}

std::string Call(const TrailCall& call = {}) {
  TrailWriter trail;
  return trail.Call(call);
}

FilterWords Callers(std::vector<std::string> words) {
  FilterWords filter;
  filter.callers = std::move(words);
  return filter;
}

TEST_CASE("without words each record is found") {
  TrailWriter trail;
  CHECK(Finds({}, trail.Open()));
  CHECK(Finds({}, trail.Call()));
}

TEST_CASE("a caller is found by each of its names") {
  const std::string line = Call({.caller = "till-1"});
  const std::string fingerprint(ChainHash::Of("till-1").text());
  for (const std::string& word :
       {std::string("till-1"), std::string("till-*"), std::string("*"),
        std::string("URI:spiffe://acme.example/till-1"),
        std::string("spiffe://acme.example/till-1"), std::string("spiffe://*/till-1"),
        std::string("CN=till-1,OU=sales,O=Acme"), fingerprint}) {
    CAPTURE(word);
    CHECK(Finds(Callers({word}), line));
  }
  std::string shouted;
  for (std::size_t i = 0; i < fingerprint.size(); i += 2) {
    if (i > 0) shouted += ':';
    for (const char c : fingerprint.substr(i, 2)) shouted += static_cast<char>(std::toupper(c));
  }
  CHECK(Finds(Callers({shouted}), line));
  for (const char* word : {"till", "till-10", "TILL-1", "office", ""}) {
    CAPTURE(word);
    CHECK_FALSE(Finds(Callers({word}), line));
  }
}

TEST_CASE("words of one kind are alternatives and kinds are conditions") {
  FilterWords words = Callers({"office", "till-*"});
  CHECK(Finds(words, Call()));
  words.units = {"sales"};
  CHECK(Finds(words, Call()));
  words.units = {"eng", "ops"};
  CHECK_FALSE(Finds(words, Call()));
}

TEST_CASE("a method is found with and without its slash") {
  for (const char* word :
       {"/acme.shop.Orders/Place", "acme.shop.Orders/Place", "/acme.shop.*", "*/Place"}) {
    CAPTURE(word);
    FilterWords words;
    words.methods = {word};
    CHECK(Finds(words, Call()));
    CHECK_FALSE(Finds(words, Call({.method = "other.Service/List"})));
  }
}

TEST_CASE("decisions are found by their outcome") {
  FilterWords words;
  words.decisions = {"denied"};
  CHECK_FALSE(Finds(words, Call()));
  CHECK(Finds(words, Call({.rule = "", .reason = "no_matching_rule"})));
  TrailWriter trail;
  trail.Open();
  trail.Call();
  CHECK(Finds(words, trail.Suppressed(5)));
}

TEST_CASE("counted denials are found by the reason of the decisions and by their own") {
  TrailWriter trail;
  trail.Open();
  trail.Call();
  const std::string line = trail.Suppressed(5);
  for (const char* reason : {"no_matching_rule", "flood"}) {
    FilterWords words;
    words.reasons = {reason};
    CHECK(Finds(words, line));
  }
}

TEST_CASE("records are found by rule and kind and address and id") {
  FilterWords words;
  words.rules = {"till*"};
  words.actions = {"authorize"};
  words.addresses = {*AddressRange::Parse("192.0.2.0/24")};
  words.ids = {"01JDC7V9Z8W2"};
  CHECK(Finds(words, Call()));
  words.ids = {"01JDC7V9Z8W3"};
  CHECK_FALSE(Finds(words, Call()));
  words.ids.clear();
  words.actions = {"revoke-call"};
  CHECK_FALSE(Finds(words, Call()));
  words.actions.clear();
  words.addresses = {*AddressRange::Parse("198.51.100.0/24")};
  CHECK_FALSE(Finds(words, Call()));
}

TEST_CASE("a span of time has its beginning and not its end") {
  const absl::Time at = absl::FromUnixSeconds(1'795'672'800);  // that of the first record
  const auto in = [&](absl::Time since, absl::Time until) {
    FilterWords words;
    words.since = since;
    words.until = until;
    return Finds(words, Call());
  };
  CHECK(in(at, absl::InfiniteFuture()));
  CHECK_FALSE(in(at + absl::Microseconds(1), absl::InfiniteFuture()));
  CHECK(in(absl::InfinitePast(), at + absl::Microseconds(1)));
  CHECK_FALSE(in(absl::InfinitePast(), at));
}

TEST_CASE("times of other forms are compared too") {
  FilterWords words;
  words.since = absl::FromUnixSeconds(1'795'672'800);
  const auto at = [&](const std::string& time) {
    return Finds(words, R"({"@timestamp":")" + time +
                            R"(","event":{"action":"authorize"}})"
                            "\n");
  };
  CHECK(at("2026-11-26T08:00:00+02:00"));
  CHECK_FALSE(at("2026-11-26T08:00:00+02:01"));
  CHECK_FALSE(at("yesterday"));
}

TEST_CASE("the quick look passes over lines that cannot match and no others") {
  const RecordFilter filter(Callers({"till-*", "office"}));
  CHECK(filter.MayMatch(R"({"a":"till-1"})"));
  CHECK_FALSE(filter.MayMatch(R"({"a":"mallory"})"));
  // Written by somebody who escapes more, or not written to its end.
  CHECK(filter.MayMatch(R"({"a":"\u0074ill-1"})"));
  CHECK(filter.MayMatch(R"({"a":"ti)"));
}

}  // namespace
}  // namespace certgate
