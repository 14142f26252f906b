#include "src/analysis/access_matrix.h"

#include <string>
#include <variant>

#include "src/policy/policy_source.h"
#include "tests/support/catch2.h"
#include "tests/unit/analysis/sources.h"

namespace certgate::testing {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);  // 2027-01-15

AccessMatrix MatrixOf(const PolicySource& source, const ServiceCatalog* services = nullptr) {
  return std::get<AccessMatrix>(MakeAccessMatrix(source.document, services, kNow));
}

// One line for each row: its callers and the words of its cells.
std::string Drawn(const PolicySource& source, const ServiceCatalog* services = nullptr) {
  const AccessMatrix matrix = MatrixOf(source, services);
  std::string drawn;
  for (const MatrixRow& row : matrix.rows) {
    drawn += row.callers + ":";
    for (const MatrixCell& cell : row.cells) {
      drawn += " " + std::string(ToString(cell.access));
      if (cell.rule.has_value()) drawn += "=" + std::to_string(cell.rule->entry->location.line);
      for (const Rule& rule : cell.exceptions) {
        drawn += "!" + std::to_string(rule.entry->location.line);
      }
    }
    drawn += "\n";
  }
  return drawn;
}

TEST_CASE("rows are client sets, then the callers of entries, then everybody else") {
  CHECK(Drawn(SourceOf("clients:\n"             // 3
                       "  app:\n"               // 4
                       "    - cn: app\n"        // 5
                       "methods:\n"             // 6
                       "  /a.S/M:\n"            // 7
                       "    allow:\n"           // 8
                       "      - client: app\n"  // 9
                       "      - ou: ops\n"      // 10
                       "  /a.S/*:\n"            // 11
                       "    allow:\n"           // 12
                       "      - ou: ops\n")) ==
        "client `app`: allowed=9 none\n"
        "ou `ops`: allowed=10 allowed=13\n"
        "any other caller: none none\n");
}

TEST_CASE("an entry of a wider key counts for the narrower one") {
  CHECK(Drawn(SourceOf("methods:\n  /a.S/M:\n    allow:\n      - cn: a\n  '*':\n    allow:\n"
                       "      - any: true\n")) ==
        "cn `a`: allowed=6 allowed=9\n"
        "any caller: allowed=9 allowed=9\n");
}

TEST_CASE("deny wins, and is named where it may meet the callers") {
  CHECK(Drawn(SourceOf("methods:\n  /a.S/M:\n    allow:\n      - cn: 'edge-*'\n      - cn: till\n"
                       "    deny:\n      - cn: edge-17\n")) ==
        "cn `edge-*`: allowed=6!9\n"
        "cn `till`: allowed=7\n"
        "cn `edge-17`: denied=9\n"
        "any other caller: none\n");
  // A certificate may have several units.
  CHECK(Drawn(SourceOf("methods:\n  /a.S/M:\n    allow:\n      - ou: a\n    deny:\n"
                       "      - ou: b\n")) ==
        "ou `a`: allowed=6!8\n"
        "ou `b`: denied=8\n"
        "any other caller: none\n");
}

TEST_CASE("a set of which only a part is let in is partly allowed") {
  CHECK(Drawn(SourceOf("clients:\n  app: [{ cn: a }, { cn: b }]\nmethods:\n  /a.S/M:\n    allow:\n"
                       "      - cn: a\n")) ==
        "client `app`: partly=8\n"
        "cn `a`: allowed=8\n"
        "any other caller: none\n");
}

TEST_CASE("callers of whom a narrower entry matches some are partly allowed") {
  CHECK(Drawn(SourceOf("methods:\n  /a.S/M:\n    allow:\n      - { ou: a, cn: [x, z] }\n"
                       "  /a.S/N:\n    allow:\n      - ou: a\n    deny:\n      - cn: x\n")) ==
        "cn `x` or `z` and ou `a`: allowed=6 allowed=9!11\n"
        "ou `a`: partly=6 allowed=9!11\n"
        "cn `x`: partly=6 denied=11\n"
        "any other caller: none none\n");
}

TEST_CASE("a policy that is too large for a table is refused") {
  std::string body = "methods:\n";
  for (int i = 0; i < 800; ++i) {
    const std::string number = std::to_string(i);
    body += "  /a.S/M" + number + ": { allow: [{ cn: c" + number + " }] }\n";
  }
  const PolicySource source = SourceOf(body);
  const auto matrix = MakeAccessMatrix(source.document, nullptr, kNow);
  REQUIRE(std::holds_alternative<Problem>(matrix));
  CHECK(std::get<Problem>(matrix).message ==
        "the policy is too large for a table: 801 kinds of callers and 800 methods");
}

TEST_CASE("what has expired lets nobody in") {
  CHECK(Drawn(SourceOf("methods:\n  /a.S/M:\n    allow:\n      - { cn: a, expires: 2027-01-15 }\n"
                       "      - cn: b\n")) ==
        "cn `b`: allowed=7\n"
        "any other caller: none\n");
}

TEST_CASE("observe lets everybody through, and says so") {
  CHECK(Drawn(SourceOf("mode: observe\nmethods:\n  /a.S/M:\n    allow:\n      - cn: a\n"
                       "    deny:\n      - cn: b\n  /a.S/N:\n    mode: enforce\n    allow:\n"
                       "      - cn: a\n")) ==
        "cn `a`: allowed=7 allowed=13\n"
        "cn `b`: observed=9 none\n"
        "any other caller: observed none\n");
}

TEST_CASE("the methods of known services stand before the key that matches them") {
  const PolicySource source =
      SourceOf("methods:\n  /a.S/*: { allow: [{ cn: a }] }\n  /a.S/M: { deny: [{ cn: a }] }\n");
  ServiceCatalog services;
  services.Add({"a.S", {{"M", {}, false}, {"N", {}, false}}});
  services.Add({"b.S", {{"M", {}, false}}});
  const AccessMatrix matrix = MatrixOf(source, &services);
  CHECK(matrix.methods == std::vector<std::string>{"/a.S/N", "/a.S/*", "/a.S/M"});
  CHECK(Drawn(source, &services) ==
        "cn `a`: allowed=4 allowed=4 denied=5\n"
        "any other caller: none none none\n");
}

}  // namespace
}  // namespace certgate::testing
