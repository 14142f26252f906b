#include "src/analysis/policy_diff.h"

#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/analysis/diffs.h"

namespace certgate::testing {
namespace {

Lines Between(const std::string& old_body, const std::string& new_body) {
  return Compared(old_body, new_body).lines();
}

TEST_CASE("who gains and who loses access is told value by value") {
  CHECK(Between(Method("{ cn: a }"), Method("{ cn: a }, { cn: b, ou: u }")) ==
        Lines{"/a.S/M: gains cn `b` and ou `u`"});
  CHECK(Between(Method("{ ou: [u, v] }"), Method("{ ou: [v, w] }")) ==
        Lines{"/a.S/M: gains ou `w`", "/a.S/M: loses ou `u`"});
  CHECK(Between(Method("{ cn: a, ou: [u, v] }"), Method("{ cn: [a, b], ou: [u, v] }")) ==
        Lines{"/a.S/M: gains cn `b` and ou `u` or `v`"});
}

TEST_CASE("a wider entry gains and a narrower one loses") {
  CHECK(Between(Method("{ cn: a, ou: u }"), Method("{ cn: a }")) == Lines{"/a.S/M: gains cn `a`"});
  CHECK(Between(Method("{ any: true }"), Method("{ cn: a }")) == Lines{"/a.S/M: loses any caller"});
  CHECK(Between(Method("{ cn: edge-1 }"), Method("{ cn: 'edge-*' }")) ==
        Lines{"/a.S/M: gains cn `edge-*`"});
}

TEST_CASE("what another entry allows anyway is no change") {
  CHECK(Between(Method("{ cn: 'edge-*' }"), Method("{ cn: 'edge-*' }, { cn: edge-1 }")).empty());
  CHECK(Between(Method("{ cn: [a, b] }"), Method("{ cn: b }, { cn: a }")).empty());
  CHECK(Between("methods:\n  /a.S/*: { allow: [{ cn: a }] }\n",
                "methods:\n  /a.S/*: { allow: [{ cn: a }] }\n  /a.S/M: { allow: [{ cn: a }] }\n")
            .empty());
}

TEST_CASE("names of client sets and where entries stand are no change") {
  const std::string plain = Method("{ cn: a, ou: u }, { cn: b }");
  CHECK(Between(plain, "clients: { s: [{ cn: a }, { cn: b }] }\n" +
                           Method("{ client: s, ou: u }, { cn: b, owner: o, reason: r, id: i }"))
            .empty());
  CHECK(Between("clients: { s: [{ cn: a }] }\n" + Method("{ client: s }"),
                "clients: { t: [{ client: u }], u: [{ cn: a }] }\n" + Method("{ client: t }"))
            .empty());
}

TEST_CASE("a caller has one common name so that two can never hold") {
  CHECK(Between(Method("{ cn: b }"),
                "clients: { s: [{ cn: a }] }\n" + Method("{ cn: b }, { client: s, cn: c }"))
            .empty());
  CHECK(Between(Method("{ cn: edge-1 }"),
                "clients: { s: [{ cn: 'edge-*' }] }\n" + Method("{ client: s, cn: [edge-1, x] }"))
            .empty());
}

TEST_CASE("an allow entry that a deny entry always beats is no access") {
  CHECK(Between(Method("{ cn: b }"), Method("{ cn: b }, { cn: edge-1 }", "{ cn: 'edge-*' }"))
            .empty());
  CHECK(Between(Method("{ cn: [a, b] }", "{ cn: a }"), Method("{ cn: b }")).empty());
  CHECK(Between(Method("{ cn: b }"), Method("{ cn: [b, edge-1, c] }", "{ cn: 'edge-*' }")) ==
        Lines{"/a.S/M: gains cn `c`"});
}

TEST_CASE("a deny entry that comes or goes is told where it matters") {
  CHECK(Between(Method("{ ou: u }"), Method("{ ou: u }", "{ cn: a }")) ==
        Lines{"/a.S/M: newly_denied cn `a`"});
  CHECK(Between(Method("{ ou: u }", "{ cn: a }"), Method("{ ou: u }")) ==
        Lines{"/a.S/M: no_longer_denied cn `a`"});
  // Nobody of this name had access, or gets it.
  CHECK(Between(Method("{ cn: b }"), Method("{ cn: b }", "{ cn: a }")).empty());
  CHECK(Between(Method("{ cn: b }", "{ cn: 'a-*' }"), Method("{ cn: b }")).empty());
}

TEST_CASE("who gains access is told with whom a deny entry may still refuse") {
  const std::string deny = "{ cn: a }, { ou: v }, { cn: b }";
  const Compared compared(Method("{ cn: b }", deny),
                          Method("{ cn: b }, { ou: u, cn: [a, c] }", deny));
  REQUIRE(compared.lines() == Lines{"/a.S/M: gains cn `c` and ou `u`"});
  CHECK(compared.diff.classes[0].changes[0].but_not == Lines{"ou `v`"});
}

TEST_CASE("access and denial that end at another time are told with both times") {
  const std::string until_2028 = "{ cn: a, expires: 2028-01-01 }";
  CHECK(Between(Method("{ cn: a, expires: 2027-06-01 }"), Method(until_2028)) ==
        Lines{"/a.S/M: ends_later cn `a`"});
  CHECK(Between(Method("{ cn: a }"), Method(until_2028)) == Lines{"/a.S/M: ends_earlier cn `a`"});
  CHECK(Between(Method("{ ou: u }", until_2028), Method("{ ou: u }", "{ cn: a }")) ==
        Lines{"/a.S/M: denied_longer cn `a`"});
  CHECK(Between(Method("{ ou: u }", "{ cn: a }"), Method("{ ou: u }", until_2028)) ==
        Lines{"/a.S/M: denied_shorter cn `a`"});

  const Compared compared(Method(until_2028), Method("{ cn: a }"));
  const Change& change = compared.diff.classes[0].changes.at(0);
  CHECK(change.ended == absl::FromCivil(absl::CivilDay(2028, 1, 1), absl::UTCTimeZone()));
  CHECK(change.ends == absl::InfiniteFuture());
}

TEST_CASE("an entry that has expired means nothing") {
  CHECK(Between(Method("{ cn: a }"), Method("{ cn: a }, { cn: b, expires: 2027-01-14 }")).empty());
  CHECK(Between(Method("{ cn: a, expires: 2027-01-15 }, { cn: b }"), Method("{ cn: b }")).empty());
  CHECK(Between(Method("{ cn: a }"), Method("{ cn: a, expires: 2027-01-15 }, { cn: b }")) ==
        Lines{"/a.S/M: gains cn `b`", "/a.S/M: loses cn `a`"});
}

TEST_CASE("methods that come and go are told") {
  CHECK(
      Between(Method("{ cn: a }"), "methods: { /a.S/N: { allow: [{ cn: a }] } }\n") ==
      Lines{"/a.S/N: listed", "/a.S/N: gains cn `a`", "/a.S/M: unlisted", "/a.S/M: loses cn `a`"});
  CHECK(Between(Method("{ cn: a }"), Method("{ cn: a }") + "  /a.S/N: { deny: [{ cn: a }] }\n") ==
        Lines{"/a.S/N: listed"});
}

TEST_CASE("a mode counts for all keys below that have none") {
  const std::string body =
      "methods:\n  /a.S/M: { allow: [{ cn: a }] }\n"
      "  /a.S/N: { mode: enforce, allow: [{ cn: a }] }\n";
  CHECK(Between(body, "mode: observe\n" + body) ==
        Lines{"/a.S/M: now_observes", "*: now_observes"});
  CHECK(Between("mode: observe\n" + body, body) ==
        Lines{"/a.S/M: now_enforces", "*: now_enforces"});
}

TEST_CASE("a key is compared with all keys that match its calls") {
  CHECK(Between("methods:\n  /a.*: { allow: [{ cn: a }] }\n  /a.S/M: { allow: [{ cn: b }] }\n",
                "methods:\n  /a.*: { allow: [{ cn: c }] }\n  /a.S/M: { allow: [{ cn: a }] }\n") ==
        Lines{"/a.*: gains cn `c`", "/a.*: loses cn `a`", "/a.S/M: gains cn `c`",
              "/a.S/M: loses cn `b`"});
}

TEST_CASE("a path belongs to the class of its most specific key") {
  const Compared compared("methods:\n  /a.*: { allow: [{ cn: a }] }\n", Method("{ cn: a }"));
  const auto key_of = [&](const char* path) {
    return compared.diff.classes[compared.diff.ClassOf(path)].key;
  };
  CHECK(key_of("/a.S/M") == "/a.S/M");
  CHECK(key_of("/a.S/N") == "/a.*");
  CHECK(key_of("/b.S/M") == "*");
}

TEST_CASE("client sets that multiply each other are the same if they are alike") {
  const auto sets = [](const std::string& name, const std::string& last) {
    std::string text = "clients:\n";
    for (int i = 0; i < 20; ++i) {
      const std::string next = name + std::to_string(i + 1);
      text += "  " + name + std::to_string(i) + ":\n    - { client: " + next +
              ", ou: a }\n    - { client: " + next + ", ou: b }\n";
    }
    return text + "  " + name + "20:\n    - cn: " + last + "\n";
  };
  const std::string method = Method("{ client: s0 }");
  CHECK(Between(sets("s", "app") + method, sets("t", "app") + Method("{ client: t0 }")).empty());
  CHECK(Between(sets("s", "app") + method, sets("s", "other") + method).size() == 2);
}

}  // namespace
}  // namespace certgate::testing
