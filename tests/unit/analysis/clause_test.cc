#include "src/analysis/clause.h"

#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/analysis/sources.h"

namespace certgate::testing {
namespace {

// The clauses of one entry, written as a flow mapping.
struct Written {
  explicit Written(const std::string& entry, const std::string& clients = {})
      : source(Allowing("      - " + entry + "\n", clients)),
        clauses(Expander(source.document).Expand(source.document.methods[0].allow[0])) {}

  PolicySource source;
  std::vector<Clause> clauses;
};

bool EntryCovers(const std::string& wide, const std::string& narrow) {
  const Written w(wide);
  const Written n(narrow);
  return Covers(w.clauses.at(0), n.clauses.at(0));
}

TEST_CASE("an entry covers itself, however it is written") {
  CHECK(EntryCovers("{ cn: a, ou: b }", "{ ou: b, cn: a }"));
  CHECK(EntryCovers("{ ou: [a, b] }", "{ ou: [b, a, b] }"));
  CHECK(EntryCovers("{ cn: { regex: 'a+' } }", "{ cn: { regex: 'a+' } }"));
  CHECK(EntryCovers("{ serial: '0a' }", "{ serial: 'A' }"));
}

TEST_CASE("fewer conditions cover more callers") {
  CHECK(EntryCovers("{ cn: a }", "{ cn: a, ou: b }"));
  CHECK_FALSE(EntryCovers("{ cn: a, ou: b }", "{ cn: a }"));
  CHECK(EntryCovers("{ any: true }", "{ ou: b }"));
  CHECK_FALSE(EntryCovers("{ cn: '*' }", "{ any: true }"));
  CHECK_FALSE(EntryCovers("{ cn: a }", "{ ou: a }"));
}

TEST_CASE("more values cover more callers") {
  CHECK(EntryCovers("{ ou: [a, b] }", "{ ou: b }"));
  CHECK_FALSE(EntryCovers("{ ou: b }", "{ ou: [a, b] }"));
}

TEST_CASE("a pattern covers what it matches, and narrower patterns") {
  CHECK(EntryCovers("{ cn: 'edge-*' }", "{ cn: edge-17 }"));
  CHECK(EntryCovers("{ cn: 'e*' }", "{ cn: 'edge-*' }"));
  CHECK(EntryCovers("{ cn: '*' }", "{ cn: { regex: 'a+' } }"));
  CHECK(EntryCovers("{ cn: 'a*c' }", "{ cn: 'a*b*c' }"));
  CHECK_FALSE(EntryCovers("{ cn: 'a*b*c' }", "{ cn: 'a*c' }"));
  CHECK_FALSE(EntryCovers("{ cn: 'edge-*' }", "{ cn: 'e*' }"));
  CHECK_FALSE(EntryCovers("{ cn: { exact: 'edge-*' } }", "{ cn: 'edge-*' }"));
  CHECK(EntryCovers("{ cn: 'edge-*' }", "{ cn: { exact: 'edge-*' } }"));
}

TEST_CASE("dns patterns cover label by label, uri patterns segment by segment") {
  CHECK(EntryCovers("{ dns: '*.acme.example' }", "{ dns: a.acme.example }"));
  CHECK(EntryCovers("{ dns: '*.*.example' }", "{ dns: '*.acme.example' }"));
  CHECK_FALSE(EntryCovers("{ dns: '*.acme.example' }", "{ dns: '*.*.acme.example' }"));
  CHECK(EntryCovers("{ uri: 'spiffe://acme/**' }", "{ uri: 'spiffe://acme/*/b' }"));
  CHECK(EntryCovers("{ uri: 'spiffe://acme/*/b' }", "{ uri: 'spiffe://acme/a/b' }"));
  CHECK_FALSE(EntryCovers("{ uri: 'spiffe://acme/*' }", "{ uri: 'spiffe://acme/**' }"));
  // Nothing follows the slash, and `**` wants something.
  CHECK_FALSE(EntryCovers("{ uri: 'spiffe://acme/**' }", "{ uri: 'spiffe://acme/' }"));
}

TEST_CASE("a regex covers the values that it matches") {
  CHECK(EntryCovers("{ cn: { regex: 'edge-[0-9]+' } }", "{ cn: edge-17 }"));
  CHECK_FALSE(EntryCovers("{ cn: { regex: 'edge-[0-9]+' } }", "{ cn: edge-x }"));
  CHECK_FALSE(EntryCovers("{ cn: { regex: 'a+' } }", "{ cn: { regex: 'aa+' } }"));
}

TEST_CASE("an entry that ends earlier does not cover one that stays") {
  CHECK_FALSE(EntryCovers("{ cn: a, expires: 2027-01-31 }", "{ cn: a }"));
  CHECK(EntryCovers("{ cn: a }", "{ cn: a, expires: 2027-01-31 }"));
}

constexpr char kClients[] =
    "clients:\n  app:\n    - { cn: app, expires: 2027-01-31 }\n    - client: edge\n"
    "  edge:\n    - { cn: 'edge-*', ou: edge }\n";

TEST_CASE("client sets are replaced by what is in them") {
  const Written written("{ client: app, ou: shop, expires: 2028-01-31 }", kClients);
  REQUIRE(written.clauses.size() == 2);
  CHECK(DescribeClause(written.clauses[0]) == "cn `app` and ou `shop`");
  CHECK(written.clauses[0].expires ==
        absl::FromCivil(absl::CivilDay(2027, 1, 31), absl::UTCTimeZone()));
  // Both units must hold: a certificate may have several.
  CHECK(DescribeClause(written.clauses[1]) == "cn `edge-*` and ou `edge` and ou `shop`");
  CHECK(written.clauses[1].through == std::vector<std::string>{"app", "edge"});
  CHECK(written.clauses[1].entry == &written.source.document.methods[0].allow[0]);
}

TEST_CASE("client sets that multiply each other are left as they are") {
  std::string clients = "clients:\n";
  for (int i = 0; i < 20; ++i) {
    const std::string next = "s" + std::to_string(i + 1);
    clients += "  s" + std::to_string(i) + ":\n    - { client: " + next +
               ", ou: a }\n    - { client: " + next + ", ou: b }\n";
  }
  clients += "  s20:\n    - cn: app\n";
  const Written written("{ client: s0 }", clients);
  REQUIRE(written.clauses.size() == 1);
  CHECK(DescribeClause(written.clauses[0]) == "client `s0`");
  CHECK_FALSE(Covers(written.clauses[0], written.clauses[0]));
}

TEST_CASE("clauses are described for people") {
  const auto describe = [](const std::string& entry) {
    return DescribeClause(Written(entry).clauses.at(0));
  };
  CHECK(describe("{ any: true }") == "any caller");
  CHECK(describe("{ any: true, cn: a }") == "cn `a`");
  CHECK(describe("{ ou: [b, a] }") == "ou `a` or `b`");
  CHECK(describe("{ cn: { exact: 'a*b' } }") == "cn `a*b` (literally)");
  CHECK(describe("{ cn: { regex: 'a+' } }") == "cn regex `a+`");
  CHECK(describe("{ ou: [a, b, c, d, e, f, g, h] }") ==
        "ou `a` or `b` or `c` or `d` or `e` or `f` or 2 more");
}

TEST_CASE("a method key covers the keys within it") {
  const auto scope = [](const std::string& key) {
    if (key == "*") return MethodScope::kAll;
    if (key.ends_with("/*")) return MethodScope::kService;
    return key.ends_with(".*") ? MethodScope::kPackage : MethodScope::kMethod;
  };
  const auto covers = [&](const std::string& wide, const std::string& narrow) {
    return CoversKey(scope(wide), wide, scope(narrow), narrow);
  };
  for (const char* wide : {"*", "/a.*", "/a.b.*", "/a.b.S/*", "/a.b.S/M"}) {
    CHECK(covers(wide, "/a.b.S/M"));
  }
  CHECK(covers("/a.*", "/a.b.*"));
  CHECK(covers("/a.*", "/a.S/*"));
  CHECK(covers("*", "*"));
  CHECK_FALSE(covers("/a.b.*", "/a.*"));
  CHECK_FALSE(covers("/a.S/*", "/a.S2/M"));
  CHECK_FALSE(covers("/a.S/M", "/a.S/M2"));
  CHECK_FALSE(covers("/a.b.*", "/a.bc.S/M"));
  CHECK_FALSE(covers("/a.S/M", "*"));
}

TEST_CASE("the keys that cover a method come with the most specific first") {
  const PolicySource source = SourceOf(
      "methods:\n  '*': { allow: [{ cn: a }] }\n  /a.S/M: { allow: [{ cn: a }] }\n"
      "  /a.*: { allow: [{ cn: a }] }\n  /a.S/*: { allow: [{ cn: a }] }\n"
      "  /b.*: { allow: [{ cn: a }] }\n");
  std::vector<std::string> keys;
  for (const MethodRules* rules : KeysCovering(source.document, MethodScope::kMethod, "/a.S/M")) {
    keys.push_back(rules->key);
  }
  CHECK(keys == std::vector<std::string>{"/a.S/M", "/a.S/*", "/a.*", "*"});
}

}  // namespace
}  // namespace certgate::testing
