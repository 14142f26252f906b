#include <certgate/policy.h>

#include <string>

#include "src/policy/method_table.h"
#include "tests/support/catch2.h"
#include "tests/unit/policy/documents.h"

namespace certgate::testing {
namespace {

Reason ReasonFor(const Policy& policy, std::string_view path) {
  return policy.Decide(Caller("a"), path, kNow).reason;
}

std::unique_ptr<const Policy> AllowingAnyoneOn(const std::string& key) {
  return MakePolicy({On(key, {Where({Any()})})});
}

TEST_CASE("a path that is not a service and a method is denied as malformed") {
  using std::string_literals::operator""s;
  const auto policy = AllowingAnyoneOn("*");
  const std::vector<std::string> paths = {"",
                                          "/",
                                          "//",
                                          "///",
                                          "a",
                                          "a/b",
                                          "a.S/M",
                                          "/a.S",
                                          "/a.S/",
                                          "//M",
                                          "/a.S//M",
                                          "//a.S/M",
                                          "/a.S/M/",
                                          "/a.S/M/N",
                                          "/a.S/M\0"s,
                                          "/a.S\0/M"s,
                                          "/a.S/ M",
                                          " /a.S/M",
                                          "/a.S/M\n",
                                          "/a.S/M\x7f",
                                          "/a.S/M\x80",
                                          "/a.S/\xc3\xa9",
                                          "/a.S/M\t",
                                          "\\a.S\\M",
                                          "http://a.S/M"};
  for (const std::string& path : paths) {
    INFO(path);
    const Decision decision = policy->Decide(Caller("a"), path, kNow);
    CHECK(decision.effect == Effect::kDeny);
    CHECK(decision.reason == Reason::kMalformedMethod);
  }
}

TEST_CASE("every printable character may stand in a path") {
  const auto policy = AllowingAnyoneOn("*");
  for (char c = 0x21; c != 0x7f; ++c) {
    if (c == '/') continue;
    CHECK(ReasonFor(*policy, std::string("/") + c + "/" + c) == Reason::kAllowed);
  }
}

TEST_CASE("a path in other letters or in percent encoding is another method") {
  const auto policy = MakePolicy({On("/a.S/M", {Where({Any()})})});
  CHECK(ReasonFor(*policy, "/a.S/M") == Reason::kAllowed);
  for (const char* path :
       {"/a.s/M", "/A.S/M", "/a.S/m", "/a.S/%4D", "/a%2ES/M", "/a.S/M?", "/a.S/M*", "/a.S/*",
        "/a.S/MM", "/a.SS/M", "/b.a.S/M", "/.a.S/M", "/*/*"}) {
    INFO(path);
    CHECK(ReasonFor(*policy, path) == Reason::kMethodNotListed);
  }
}

TEST_CASE("no odd form of a path escapes the deny entry of its service") {
  const auto policy = MakePolicy({On("*", {Where({Any()})}), On("/a.S/*", {}, {Where({Any()})})});
  CHECK(ReasonFor(*policy, "/a.S/M") == Reason::kDeniedByRule);
  CHECK(ReasonFor(*policy, "a.S/M") == Reason::kMalformedMethod);
  CHECK(ReasonFor(*policy, "//a.S/M") == Reason::kMalformedMethod);
  CHECK(ReasonFor(*policy, "/a.S//M") == Reason::kMalformedMethod);
  CHECK(ReasonFor(*policy, "/a.S/M/") == Reason::kMalformedMethod);
}

TEST_CASE("a service pattern matches the methods of that service alone") {
  const auto policy = AllowingAnyoneOn("/a.S/*");
  CHECK(ReasonFor(*policy, "/a.S/M") == Reason::kAllowed);
  CHECK(ReasonFor(*policy, "/a.S/N.x") == Reason::kAllowed);
  for (const char* path : {"/a.SX/M", "/a.S.T/M", "/x.a.S/M", "/S/M", "/a/S"}) {
    INFO(path);
    CHECK(ReasonFor(*policy, path) == Reason::kMethodNotListed);
  }
}

TEST_CASE("a package pattern matches every service below it at any depth") {
  const auto policy = AllowingAnyoneOn("/a.b.*");
  CHECK(ReasonFor(*policy, "/a.b.S/M") == Reason::kAllowed);
  CHECK(ReasonFor(*policy, "/a.b.c.d.S/M") == Reason::kAllowed);
  for (const char* path : {"/a.S/M", "/a.b/M", "/a.b/c.S", "/a.bc.S/M", "/x.a.b.S/M", "/a/b.S",
                           "/A.b.S/M", "/a.b/.M"}) {
    INFO(path);
    CHECK(ReasonFor(*policy, path) == Reason::kMethodNotListed);
  }
}

TEST_CASE("packages of all depths match and the longer ones come first") {
  const auto policy =
      MakePolicy({On("/a.*", {Where({Cn("a")}), Where({Cn("b")})}),
                  On("/a.b.*", {Where({Cn("a")})}), On("/a.b.c.*", {Where({Cn("c")})})});
  const auto rule = [&](const char* name) {
    return policy->Decide(Caller(name), "/a.b.c.S/M", kNow).rule;
  };
  CHECK(rule("a") == RuleIndex{2});
  CHECK(rule("b") == RuleIndex{1});
  CHECK(rule("c") == RuleIndex{3});
}

TEST_CASE("a method that no pattern matches is denied as not listed") {
  const auto policy = MakePolicy({On("/a.S/M", {Where({Any()})})});
  const Decision decision = policy->Decide(Caller("a"), "/a.S/N", kNow);
  CHECK(decision.effect == Effect::kDeny);
  CHECK(decision.reason == Reason::kMethodNotListed);
  CHECK_FALSE(decision.nearest.has_value());
}

TEST_CASE("patterns come from the most specific to the least") {
  const MethodTable table({On("*", {}), On("/a.*", {}), On("/a.b.*", {}), On("/a.b.S/*", {}),
                           On("/a.b.S/M", {}), On("/b.*", {})});
  CHECK(table.Match("/a.b.S/M") == MatchingMethods{4, 3, 2, 1, 0});
  CHECK(table.Match("/a.b.S/N") == MatchingMethods{3, 2, 1, 0});
  CHECK(table.Match("/a.c.S/M") == MatchingMethods{1, 0});
  CHECK(table.Match("/c.S/M") == MatchingMethods{0});
}

TEST_CASE("a long path of dots matches as it should") {
  std::string service = "/a.b.";
  for (int i = 0; i < 4000; ++i) service += "x.";
  const auto policy = MakePolicy({On("/a.*", {Where({Cn("z")})}), On("/a.b.*", {Where({Any()})})});
  CHECK(ReasonFor(*policy, service + "S/M") == Reason::kAllowed);
  CHECK(ReasonFor(*policy, "/" + std::string(8000, '.') + "/M") == Reason::kMethodNotListed);
  CHECK(ReasonFor(*policy, service + "S/" + service.substr(1)) == Reason::kAllowed);
}

}  // namespace
}  // namespace certgate::testing
