#include "src/analysis/clause_algebra.h"

#include <string>
#include <vector>

#include "src/analysis/clause_set.h"
#include "tests/support/catch2.h"
#include "tests/unit/analysis/sources.h"

namespace certgate::testing {
namespace {

// The clause of one entry, written as a flow mapping.
Clause ClauseOf(const std::string& entry, const std::string& clients = {}) {
  const PolicySource source = Allowing("      - " + entry + "\n", clients);
  std::vector<Clause> clauses =
      Expander(source.document).Expand(source.document.methods[0].allow[0]);
  Clause clause = std::move(clauses.at(0));
  clause.entry = nullptr;
  return clause;
}

std::string Simple(const std::string& entry, const std::string& clients = {}) {
  const std::optional<Clause> simple = Simplify(ClauseOf(entry, clients));
  return simple.has_value() ? DescribeClause(*simple) : "nobody";
}

bool Overlap(const std::string& a, const std::string& b) {
  return MayOverlap(ClauseOf(a), ClauseOf(b)) && MayOverlap(ClauseOf(b), ClauseOf(a));
}

TEST_CASE("a clause is simplified without a change of its callers") {
  const std::string set = "clients:\n  s:\n    - { cn: ['edge-*', b], ou: u }\n";
  CHECK(Simple("{ cn: ['edge-*', edge-1, b] }") == "cn `b` or `edge-*`");
  CHECK(Simple("{ any: true, cn: a }") == "cn `a`");
  CHECK(Simple("{ client: s, cn: [edge-1, b, c] }", set) == "cn `b` or `edge-1` and ou `u`");
  CHECK(Simple("{ client: s, ou: v }", set) == "cn `b` or `edge-*` and ou `u` and ou `v`");
  CHECK(Simple("{ client: s, ou: [u, v] }", set) == "cn `b` or `edge-*` and ou `u`");
}

TEST_CASE("a clause that nobody can match is found") {
  const std::string set = "clients:\n  s:\n    - cn: 'edge-*'\n";
  CHECK(Simple("{ client: s, cn: a }", set) == "nobody");
  CHECK(Simple("{ client: s, cn: 'a*' }", set) == "nobody");
  CHECK(Simple("{ client: s, cn: { regex: 'a+' } }", set) != "nobody");
}

TEST_CASE("callers overlap unless a text of which they have one keeps them apart") {
  CHECK_FALSE(Overlap("{ cn: a }", "{ cn: b }"));
  CHECK_FALSE(Overlap("{ cn: a }", "{ cn: 'b*', ou: u }"));
  CHECK_FALSE(Overlap("{ cn: 'a*' }", "{ cn: 'b*' }"));
  CHECK_FALSE(Overlap("{ cn: '*-a' }", "{ cn: '*-b' }"));
  CHECK_FALSE(Overlap("{ cn: a }", "{ cn: { regex: 'b+' } }"));
  CHECK_FALSE(Overlap("{ serial: A }", "{ serial: B, cn: x }"));
  CHECK(Overlap("{ cn: 'a*' }", "{ cn: '*b' }"));
  CHECK(Overlap("{ cn: { regex: 'a' } }", "{ cn: { regex: 'b' } }"));
  CHECK(Overlap("{ ou: a }", "{ ou: b }"));
  CHECK(Overlap("{ any: true }", "{ cn: b }"));
}

TEST_CASE("a clause is split into values and put together again") {
  const Clause clause = ClauseOf("{ cn: [a, b], ou: [u, v, w], o: acme }");
  const std::vector<Clause> parts = Split(clause, 100);
  REQUIRE(parts.size() == 6);
  CHECK(DescribeClause(parts[0]) == "cn `a` and ou `u` and o `acme`");
  const std::vector<Clause> merged = Merge(parts);
  REQUIRE(merged.size() == 1);
  CHECK(TextOf(merged[0]) == TextOf(clause));
  CHECK(Split(clause, 5).size() == 1);
}

TEST_CASE("what is left of a split clause is put together in few clauses") {
  std::vector<Clause> parts = Split(ClauseOf("{ cn: [a, b], ou: [u, v] }"), 100);
  parts.erase(parts.begin());  // cn `a` and ou `u`
  const std::vector<Clause> merged = Merge(std::move(parts));
  REQUIRE(merged.size() == 2);
  CHECK(DescribeClause(merged[0]) == "cn `a` and ou `v`");
  CHECK(DescribeClause(merged[1]) == "cn `b` and ou `u` or `v`");
}

TEST_CASE("the text of a clause is that of no other") {
  CHECK(TextOf(ClauseOf("{ cn: [a, b] }")) == TextOf(ClauseOf("{ cn: [b, a] }")));
  CHECK(TextOf(ClauseOf("{ cn: [a, b] }")) != TextOf(ClauseOf("{ cn: 'a)1:b' }")));
  CHECK(TextOf(ClauseOf("{ cn: 'a*' }")) != TextOf(ClauseOf("{ cn: { exact: 'a*' } }")));
  CHECK(TextOf(ClauseOf("{ cn: a }")) != TextOf(ClauseOf("{ ou: a }")));
}

TEST_CASE("a set of clauses finds those that cover another one") {
  const std::vector<Clause> clauses = {ClauseOf("{ cn: [a, b], expires: 2027-01-31 }"),
                                       ClauseOf("{ cn: a, ou: u }"), ClauseOf("{ cn: 'edge-*' }"),
                                       ClauseOf("{ ou: { regex: 'u+' }, o: acme }")};
  ClauseSet set;
  for (const Clause& clause : clauses) set.Add(&clause);
  const auto found = [&](const std::string& entry) {
    const Clause* const covering = set.FindCovering(ClauseOf(entry));
    return covering == nullptr ? "nothing" : DescribeClause(*covering);
  };
  CHECK(found("{ cn: b }") == "cn `a` or `b`");
  CHECK(found("{ cn: a, ou: u }") == "cn `a` and ou `u`");  // it stays longer
  CHECK(found("{ cn: edge-1, ou: v }") == "cn `edge-*`");
  CHECK(found("{ ou: uu, o: acme }") == "ou regex `u+` and o `acme`");
  CHECK(found("{ ou: uu }") == "nothing");
  CHECK(found("{ cn: '*' }") == "nothing");
  CHECK_FALSE(set.Covers(ClauseOf("{ cn: b }")));
  CHECK(set.Covers(ClauseOf("{ cn: b, expires: 2027-01-31 }")));
}

}  // namespace
}  // namespace certgate::testing
