#include "src/policy/matcher.h"

#include <certgate/decision.h>

#include <string>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

TEST_CASE("a star in a glob stands for any run of bytes") {
  CHECK(MatchesGlob("*", "a"));
  CHECK(MatchesGlob("*", ""));
  CHECK(MatchesGlob("edge-*", "edge-17"));
  CHECK(MatchesGlob("edge-*", "edge-"));
  CHECK(MatchesGlob("*-edge", "x-edge"));
  CHECK(MatchesGlob("a*b*c", "a-b-b-c"));
  CHECK(MatchesGlob("a**c", "ac"));
  CHECK(MatchesGlob("*ab*ab*", "abab"));
  CHECK_FALSE(MatchesGlob("edge-*", "Edge-17"));
  CHECK_FALSE(MatchesGlob("edge-*", "an-edge-17"));
  CHECK_FALSE(MatchesGlob("*-edge", "x-edge2"));
  CHECK_FALSE(MatchesGlob("a*b*c", "a-c"));
  CHECK_FALSE(MatchesGlob("*ab*ab*", "abb"));
}

TEST_CASE("the ends of a glob do not share bytes of the text") {
  CHECK_FALSE(MatchesGlob("aba*aba", "aba"));
  CHECK_FALSE(MatchesGlob("aba*aba", "ababa"));
  CHECK(MatchesGlob("aba*aba", "abaaba"));
  CHECK_FALSE(MatchesGlob("a*a", "a"));
}

TEST_CASE("no other character of a glob is special") {
  CHECK(MatchesGlob("a.b?[c]\\*", "a.b?[c]\\d"));
  CHECK_FALSE(MatchesGlob("a?", "ab"));
  CHECK_FALSE(MatchesGlob("a.", "ab"));
  CHECK_FALSE(MatchesGlob("[ab]", "a"));
}

TEST_CASE("an adversarial glob takes no longer than its lengths say") {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) pattern += "*a";
  pattern += "*b";
  const std::string text(60'000, 'a');
  // A matcher that backtracks would not return in the lifetime of this machine.
  CHECK_FALSE(MatchesGlob(pattern, text));
  CHECK(MatchesGlob(pattern, text + "b"));
}

TEST_CASE("a star in a dns pattern stands for exactly one label") {
  CHECK(MatchesDnsPattern("*.acme.example", "a.acme.example"));
  CHECK(MatchesDnsPattern("api.*.acme.example", "api.eu.acme.example"));
  CHECK(MatchesDnsPattern("*.*.acme.example", "a.b.acme.example"));
  CHECK(MatchesDnsPattern("edge-*.acme.example", "edge-17.acme.example"));
  CHECK(MatchesDnsPattern("*", "localhost"));
  CHECK_FALSE(MatchesDnsPattern("*.acme.example", "acme.example"));
  CHECK_FALSE(MatchesDnsPattern("*.acme.example", ".acme.example"));
  CHECK_FALSE(MatchesDnsPattern("*.acme.example", "a.b.acme.example"));
  CHECK_FALSE(MatchesDnsPattern("*.acme.example", "a.acme.example."));
  CHECK_FALSE(MatchesDnsPattern("*.acme.example", "a.acme.example.org"));
  CHECK_FALSE(MatchesDnsPattern("*.acme.example", "aXacme.example"));
  CHECK_FALSE(MatchesDnsPattern("edge-*.acme.example", "edge-1.b.acme.example"));
  CHECK_FALSE(MatchesDnsPattern("*", "a.b"));
}

TEST_CASE("a wildcard of a certificate is no label that a star matches") {
  CHECK_FALSE(MatchesDnsPattern("*.acme.example", "*.acme.example"));
  CHECK_FALSE(MatchesDnsPattern("edge-*.acme.example", "edge-*.acme.example"));
  CHECK(MatchesDnsPattern("*.acme.example", "a.acme.example"));
}

TEST_CASE("a star in a uri pattern stands for exactly one path segment") {
  CHECK(MatchesUriPattern("spiffe://acme/ns/*/sa/web", "spiffe://acme/ns/prod/sa/web"));
  CHECK(MatchesUriPattern("spiffe://acme/*", "spiffe://acme/web"));
  CHECK(MatchesUriPattern("spiffe://acme/web-*", "spiffe://acme/web-1"));
  CHECK_FALSE(MatchesUriPattern("spiffe://acme/*", "spiffe://acme/"));
  CHECK_FALSE(MatchesUriPattern("spiffe://acme/*", "spiffe://acme"));
  CHECK_FALSE(MatchesUriPattern("spiffe://acme/*", "spiffe://acme/a/b"));
  CHECK_FALSE(MatchesUriPattern("spiffe://acme/*", "spiffe://acme/a/"));
  CHECK_FALSE(MatchesUriPattern("spiffe://acme/ns/*/sa/web", "spiffe://acme/ns//sa/web"));
  CHECK_FALSE(MatchesUriPattern("spiffe://acme/ns/*/sa/web", "spiffe://acme/ns/a/b/sa/web"));
  CHECK_FALSE(MatchesUriPattern("spiffe://acme/*", "spiffe://Acme/web"));
}

TEST_CASE("a star in a uri pattern does not reach into a query or fragment") {
  CHECK_FALSE(MatchesUriPattern("https://acme.example/*", "https://acme.example/a?b=c"));
  CHECK_FALSE(MatchesUriPattern("https://acme.example/*", "https://acme.example/a#b"));
  CHECK(MatchesUriPattern("https://acme.example/a?b=c", "https://acme.example/a?b=c"));
}

TEST_CASE("two stars at the end of a uri pattern stand for all the rest") {
  CHECK(MatchesUriPattern("spiffe://acme/**", "spiffe://acme/a"));
  CHECK(MatchesUriPattern("spiffe://acme/**", "spiffe://acme/a/b/c"));
  CHECK(MatchesUriPattern("spiffe://acme/**", "spiffe://acme/a/"));
  CHECK(MatchesUriPattern("spiffe://acme/*/x/**", "spiffe://acme/a/x/b/c"));
  CHECK_FALSE(MatchesUriPattern("spiffe://acme/**", "spiffe://acme/"));
  CHECK_FALSE(MatchesUriPattern("spiffe://acme/**", "spiffe://acme"));
  CHECK_FALSE(MatchesUriPattern("spiffe://acme/**", "spiffe://acmex/a"));
  CHECK_FALSE(MatchesUriPattern("spiffe://acme/**", "spiffe://evil/spiffe://acme/a"));
}

TEST_CASE("two stars elsewhere in a uri pattern stay within their segment") {
  CHECK(MatchesUriPattern("spiffe://acme/**/x", "spiffe://acme/a/x"));
  CHECK_FALSE(MatchesUriPattern("spiffe://acme/**/x", "spiffe://acme/a/b/x"));
}

TEST_CASE("each field has its own kind of pattern") {
  CHECK(MatchesPattern(Field::kCn, "a*", "a.b/c"));
  CHECK(MatchesPattern(Field::kOu, "a*", "a.b/c"));
  CHECK(MatchesPattern(Field::kO, "a*", "a.b/c"));
  CHECK(MatchesPattern(Field::kEmail, "*@acme.example", "a.b@acme.example"));
  CHECK_FALSE(MatchesPattern(Field::kDns, "a*", "a.b"));
  CHECK_FALSE(MatchesPattern(Field::kUri, "a*", "a/b"));
  CHECK_FALSE(MatchesPattern(Field::kSerial, "*", "0A"));
  CHECK_FALSE(MatchesPattern(Field::kSha256, "*", "aa"));
  CHECK_FALSE(MatchesPattern(Field::kClient, "*", "a"));
}

TEST_CASE("the literal ends of a pattern are what stands outside its stars") {
  CHECK(LiteralPrefix("edge-*-a*b") == "edge-");
  CHECK(LiteralSuffix("edge-*-a*b") == "b");
  CHECK(LiteralPrefix("*").empty());
  CHECK(LiteralSuffix("*").empty());
  CHECK(LiteralSuffix("a/**").empty());
}

}  // namespace
}  // namespace certgate
