#include "src/analysis/access_changes.h"

#include <chrono>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/analysis/diffs.h"
#include "tests/unit/policy/load_support.h"

namespace certgate::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

const absl::Time kNow = absl::FromCivil(absl::CivilDay(2027, 1, 15), absl::UTCTimeZone());

constexpr char kCorp[] = "authorities: { corp: { ca_file: cas/corp-ca.crt } }\n";
constexpr char kBoth[] =
    "authorities: { corp: { ca_file: cas/corp-ca.crt }, partner: { ca_file: cas/partner-ca.crt } "
    "}\n";

Lines LinesOf(const std::vector<AccessChange>& changes) {
  Lines lines;
  for (const AccessChange& change : changes) lines.push_back(change.who + ": " + change.method);
  return lines;
}

struct Changes {
  explicit Changes(const AccessChanges& changes)
      : gained(LinesOf(changes.gained)), lost(LinesOf(changes.lost)), remarks(changes.remarks) {}
  Changes(const std::string& before, const std::string& after)
      : Changes(CompareAccess(Written(before), Written(after), kNow)) {}

  Lines gained;
  Lines lost;
  Lines remarks;
};

TEST_CASE("the same policy changes nobody's access") {
  const Changes changes(Method("{ cn: a }"), "# moved\n" + Method("{ cn: a, id: x }"));
  CHECK(changes.gained.empty());
  CHECK(changes.lost.empty());
  CHECK(changes.remarks.empty());
}

TEST_CASE("who gains and who loses access is told with the method") {
  const Changes changes(Method("{ cn: a }, { cn: b, ou: x }"),
                        Method("{ cn: a }, { ou: yy, expires: 2027-02-01 }"));
  CHECK(changes.gained == Lines{"ou `yy` until 2027-02-01: /a.S/M"});
  CHECK(changes.lost == Lines{"cn `b` and ou `x`: /a.S/M"});
  CHECK(changes.remarks.empty());
}

TEST_CASE("access that ends at another time is gained or lost") {
  const std::string early = Method("{ cn: a, expires: 2027-02-01 }");
  const std::string never = Method("{ cn: a }");
  CHECK(Changes(early, never).gained ==
        Lines{"cn `a` without end instead of until 2027-02-01: /a.S/M"});
  CHECK(Changes(early, never).lost.empty());
  CHECK(Changes(never, early).lost ==
        Lines{"cn `a` until 2027-02-01 instead of without end: /a.S/M"});
}

TEST_CASE("denials are lost access and their end is gained") {
  const std::string open = Method("{ any: true }");
  const std::string denied = Method("{ any: true }", "{ cn: a }");
  const std::string for_a_while = Method("{ any: true }", "{ cn: a, expires: 2027-02-01 }");
  CHECK(Changes(open, denied).lost == Lines{"cn `a`, denied: /a.S/M"});
  CHECK(Changes(denied, open).gained == Lines{"cn `a`, no longer denied: /a.S/M"});
  CHECK(Changes(open, for_a_while).lost == Lines{"cn `a`, denied until 2027-02-01: /a.S/M"});
  CHECK(Changes(for_a_while, denied).lost ==
        Lines{"cn `a`, denied without end instead of until 2027-02-01: /a.S/M"});
  CHECK(Changes(denied, for_a_while).gained ==
        Lines{"cn `a`, denied until 2027-02-01 instead of without end: /a.S/M"});
  CHECK(Changes(Method("{ cn: b }"), Method("{ cn: b }, { ou: x }", "{ cn: c }")).gained ==
        Lines{"ou `x`, but not cn `c`: /a.S/M"});
}

TEST_CASE("a change is told at the widest key with the keys that it does not concern") {
  const std::string rest = "  /a.S/M: { allow: [ { any: true } ] }\n";
  const Changes changes("methods:\n  /a.*: { allow: [ { cn: a } ] }\n" + rest,
                        "methods:\n  /a.*: { allow: [ { cn: b } ] }\n" + rest);
  CHECK(changes.gained == Lines{"cn `b`: /a.* except /a.S/M"});
  CHECK(changes.lost == Lines{"cn `a`: /a.* except /a.S/M"});
}

TEST_CASE("methods that change alike are each told") {
  const auto two = [](const std::string& entry) {
    return "methods:\n  /a.S/M: { allow: [" + entry + "] }\n  /a.S/N: { allow: [" + entry + "] }\n";
  };
  CHECK(Changes(two("{ cn: a }"), two("{ cn: a }, { cn: b }")).gained ==
        Lines{"cn `b`: /a.S/M", "cn `b`: /a.S/N"});
}

TEST_CASE("revoked certificates concern every method") {
  const std::string methods = kCorp + Method("{ any: true }");
  const std::string revoked = "revoked: [ { serial: a1b2c, issuer: corp } ]\n" + methods;
  CHECK(Changes(methods, revoked).lost == Lines{"issuer `corp` and serial `A1B2C`, revoked: *"});
  CHECK(Changes(revoked, methods).gained ==
        Lines{"issuer `corp` and serial `A1B2C`, no longer revoked: *"});
}

TEST_CASE("authorities are remarks and say whose access it is") {
  const std::string methods = Method("{ cn: a }");
  const Changes added(kCorp + methods, kBoth + methods);
  REQUIRE(added.remarks.size() == 1);
  CHECK_THAT(added.remarks[0], ContainsSubstring("authority `partner` is new"));
  CHECK(added.gained.front() == "callers of authority `partner`: *");
  CHECK(added.lost.empty());
  const Changes removed(kBoth + methods, kCorp + methods);
  CHECK(removed.lost.front() == "callers of authority `partner`: *");
  CHECK(removed.gained.empty());
  const Changes first(methods, kCorp + methods);
  CHECK(first.lost.front() == "any caller whom no authority vouches for: *");
  const Changes none(kCorp + methods, methods);
  CHECK(none.gained.front() == "any caller whom no authority vouches for: *");
}

TEST_CASE("a mode that changes lets everybody in or shuts out who is not allowed") {
  const std::string enforce = Method("{ cn: a }");
  const std::string observe = "mode: observe\n" + Method("{ cn: b }");
  const Changes opened(enforce, observe);
  CHECK(opened.gained == Lines{"any caller whom the policy denies: *"});
  CHECK(opened.lost.empty());
  CHECK(opened.remarks ==
        Lines{"*: mode is now observe, everybody with a verified certificate gets through"});
  const Changes closed(observe, enforce);
  CHECK(closed.lost == Lines{"any caller whom the policy denies: *"});
  CHECK(closed.gained.empty());
}

TEST_CASE("entries of methods that are observed change nobody's access") {
  const Changes changes("mode: observe\n" + Method("{ cn: a }"),
                        "mode: observe\n" + Method("{ cn: b }"));
  CHECK(changes.gained.empty());
  CHECK(changes.lost.empty());
  CHECK(changes.remarks == Lines{"/a.S/M: entries changed, but the mode is observe, as before: "
                                 "everybody gets through"});
}

TEST_CASE("a narrower key that is observed is left out of a change and the reverse is told") {
  const auto policy = [](const std::string& wide, const std::string& narrow,
                         const std::string& entry) {
    return "mode: " + wide + "\nmethods:\n  /a.*: { allow: [" + entry +
           "] }\n  /a.S/M: { mode: " + narrow + ", allow: [ { cn: z } ] }\n";
  };
  const Changes observed(policy("enforce", "observe", "{ cn: a }"),
                         policy("enforce", "observe", "{ cn: b }"));
  CHECK(observed.gained == Lines{"cn `b`: /a.* except /a.S/M"});
  CHECK(observed.lost == Lines{"cn `a`: /a.* except /a.S/M"});
  const Changes enforced(policy("observe", "enforce", "{ cn: a }"),
                         policy("observe", "enforce", "{ cn: b }"));
  CHECK(enforced.gained == Lines{"cn `b`: /a.S/M"});
  CHECK(enforced.lost == Lines{"cn `a`: /a.S/M"});
}

FileReader ReaderOf(const std::string& ca) {
  return [ca](const std::string&, std::string_view) -> std::variant<std::string, Problem> {
    return ReadBytes(kPolicyData / "cas" / ca);
  };
}

TEST_CASE("CA files are read as they were and not from the disk") {
  const std::string text = "version: 1\nname: shop\nauthorities: { corp: { ca_file: ca.crt } }\n" +
                           Method("{ cn: a }") + "...\n";
  const PolicyText before{text, "/nowhere/policy.yaml", ReaderOf("corp-ca.crt")};
  const PolicyText after{text, "/nowhere/policy.yaml", ReaderOf("partner-ca.crt")};
  CHECK(Changes(CompareAccess(before, before, kNow)).remarks.empty());
  const Changes changes(CompareAccess(before, after, kNow));
  REQUIRE(changes.remarks.size() == 1);
  CHECK_THAT(changes.remarks[0], ContainsSubstring("authority `corp` has other CA certificates"));
  CHECK(changes.gained == Lines{"callers of new CAs of authority `corp`: *"});
  CHECK(changes.lost == Lines{"callers of former CAs of authority `corp`: *"});
}

// The only remark, if nothing could be compared.
std::string WhyNot(const AccessChanges& changes) {
  CHECK(changes.gained.empty());
  CHECK(changes.lost.empty());
  REQUIRE(changes.remarks.size() == 1);
  CHECK_THAT(changes.remarks[0], ContainsSubstring("run `certgate diff` on the two files"));
  return changes.remarks[0];
}

TEST_CASE("a policy that cannot be read again is a remark") {
  const PolicyText valid{"version: 1\nname: shop\nmethods: { '*': { allow: [ { cn: a } ] } }\n",
                         "policy.yaml", ReadInputFile};
  const PolicyText invalid{"version: 1\nname: shop\nalow: 1\n", "policy.yaml", ReadInputFile};
  CHECK_THAT(WhyNot(CompareAccess(invalid, valid, kNow)),
             ContainsSubstring("the policy before cannot be read again: "));
  CHECK_THAT(WhyNot(CompareAccess(valid, invalid, kNow)),
             ContainsSubstring("the new policy cannot be read again: "));
  CHECK_THAT(WhyNot(CompareAccess(PolicySource(), PolicySource(), kNow)),
             ContainsSubstring("cannot be read again"));
}

TEST_CASE("a reader of CA files that throws is a remark") {
  const std::string text = "version: 1\nname: shop\nauthorities: { corp: { ca_file: ca.crt } }\n" +
                           Method("{ cn: a }") + "...\n";
  const FileReader read = [](const std::string&,
                             std::string_view) -> std::variant<std::string, Problem> {
    throw std::runtime_error("the disk is on fire");
  };
  const PolicyText policy{text, "policy.yaml", read};
  CHECK_THAT(WhyNot(CompareAccess(policy, policy, kNow)), ContainsSubstring("on fire"));
}

std::string Entries(std::size_t count, const std::string& prefix) {
  std::string entries;
  for (std::size_t i = 0; i < count; ++i) {
    entries += "      - cn: " + prefix + std::to_string(i) + "\n";
  }
  return entries;
}

PolicySource WithEntries(std::size_t count, const std::string& prefix) {
  return Written("methods:\n  /a.S/M:\n    allow:\n" + Entries(count, prefix));
}

TEST_CASE("policies at the limit are compared and larger ones are not") {
  const PolicySource largest = WithEntries(kMostComparedEntries, "a");
  const PolicySource other = WithEntries(kMostComparedEntries, "b");
  const PolicySource larger = WithEntries(kMostComparedEntries + 1, "a");
  const AccessChanges changes = CompareAccess(largest, other, kNow);
  CHECK(changes.gained.size() == kMostComparedEntries);
  CHECK(changes.lost.size() == kMostComparedEntries);
  CHECK(changes.remarks.empty());
  CHECK_THAT(WhyNot(CompareAccess(largest, larger, kNow)), ContainsSubstring("too large"));
  CHECK_THAT(WhyNot(CompareAccess(larger, largest, kNow)), ContainsSubstring("too large"));
  const std::string long_text = std::string(kMostComparedBytes, '#') + "\n";
  const PolicyText text{long_text, "policy.yaml", ReadInputFile};
  CHECK_THAT(WhyNot(CompareAccess(text, text, kNow)), ContainsSubstring("too large"));
}

// Policies of few bytes that would take hours or all memory: sets that multiply each other, a key
// for all methods with many entries beside many keys, patterns against patterns, regexes.
std::string Multiplying(const std::string& kind, const std::string& variant) {
  std::string text;
  if (kind == "client sets") {
    text = "clients:\n  staff:\n" + Entries(5000, variant) + "methods:\n";
    for (int i = 0; i < 2000; ++i) {
      text += "  /a.S/M" + std::to_string(i) + ": { allow: [ { client: staff } ] }\n";
    }
    return text;
  }
  if (kind == "keys") {
    text = "methods:\n  '*':\n    allow:\n" + Entries(4000, variant);
    for (int i = 0; i < 4000; ++i) {
      text += "  /a.S/M" + std::to_string(i) + ": { allow: [ { cn: x } ] }\n";
    }
    return text;
  }
  text = "methods:\n  '*':\n    allow:\n";
  for (int i = 0; i < 4000; ++i) {
    const std::string number = std::to_string(i);
    text += kind == "patterns" ? "      - cn: '*" + variant + number + "*'\n"
                               : "      - cn: { regex: '" + variant + number + "[0-9]+' }\n" +
                                     "      - cn: " + variant + number + "\n";
  }
  return text;
}

TEST_CASE("entries that multiply each other are given up within bounded time") {
  const std::string kind =
      GENERATE(as<std::string>{}, "client sets", "keys", "patterns", "regexes");
  INFO(kind);
  const PolicySource before = Written(Multiplying(kind, "a"));
  const PolicySource after = Written(Multiplying(kind, "b"));
  const auto start = std::chrono::steady_clock::now();
  CHECK_THAT(WhyNot(CompareAccess(before, after, kNow)), ContainsSubstring("multiply each other"));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
  // The limit is over with the comparison.
  CHECK(Compared(Method("{ cn: a }"), Method("{ cn: b }")).lines().size() == 2);
}

}  // namespace
}  // namespace certgate::testing
