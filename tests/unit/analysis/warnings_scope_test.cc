#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/analysis/warned.h"

namespace certgate::testing {
namespace {

TEST_CASE("a client set that no method reaches is unused") {
  CHECK(Warned("clients:\n"
               "  used: [ { client: inner } ]\n"
               "  inner: [ { cn: a } ]\n"
               "  denied: [ { cn: b } ]\n"
               "  lost: [ { client: lost-inner } ]\n"
               "  lost-inner: [ { cn: c } ]\n"
               "methods:\n"
               "  /a.S/M: { allow: [ { client: used } ], deny: [ { client: denied } ] }\n",
               FindingRule::kUnusedClient) ==
        Strings{"7: no method uses client `lost`", "8: no method uses client `lost-inner`"});
}

TEST_CASE("a chain of client sets as long as the file is followed") {
  constexpr int kLength = 20'000;
  std::string body = "clients:\n";
  for (int i = 0; i < kLength; ++i) {
    body += "  c" + std::to_string(i) + ": [ { client: c" + std::to_string(i + 1) + " } ]\n";
  }
  body += "  c" + std::to_string(kLength) + ": [ { cn: a } ]\n";
  body += "methods:\n  /a.S/M: { allow: [ { client: c0 }, { client: c1 } ] }\n";
  CHECK(Warned(body, FindingRule::kUnusedClient).empty());
}

TEST_CASE("observe mode is told where it stands") {
  CHECK(Warned("mode: observe\n"
               "methods:\n"
               "  /a.S/M: { mode: observe, allow: [ { cn: a } ] }\n"
               "  /a.S/N: { mode: enforce, allow: [ { cn: a } ] }\n"
               "  /a.S/O: { allow: [ { cn: a } ] }\n",
               FindingRule::kObserveMode) ==
        Strings{"3: `mode: observe` is on: calls that the policy denies go through",
                "5: `mode: observe` is on for `/a.S/M`: calls that the policy denies go through"});
  const auto findings = FindWarnings(
      SourceOf("methods:\n  /a.S/M: { mode: observe, allow: [ { cn: a } ] }\n"), {kToday, nullptr});
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].diagnostic.location == SourceLocation{4, 19});
  CHECK(findings[0].diagnostic.severity == Diagnostic::Severity::kWarning);
  CHECK(findings[0].diagnostic.file == "policy.yaml");
  CHECK(findings[0].diagnostic.source_line == "  /a.S/M: { mode: observe, allow: [ { cn: a } ] }");
}

TEST_CASE("a policy without doubt has no warnings") {
  const ServiceCatalog catalog = CompleteCatalog({ServiceWith("a.S", {"M"})});
  const PolicySource source = Allowing("      - { cn: a, ou: b }\n      - { cn: b, ou: b }\n");
  CHECK(FindWarnings(source, {kToday, &catalog}).empty());
  CHECK(CheckPolicy(source, {kToday, &catalog}).empty());
}

TEST_CASE("a policy with an error has no warnings") {
  const PolicySource source = ParsePolicySource("version: 1\nname: x\nmode: observe\n", "p.yaml");
  REQUIRE(source.policy == nullptr);
  CHECK(FindWarnings(source, {kToday, nullptr}).empty());
  const std::vector<Finding> findings = CheckPolicy(source, {kToday, nullptr});
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].rule == FindingRule::kPolicyError);
  CHECK(Count(findings).errors == 1);
}

TEST_CASE("what the loader says stands among the warnings in the order of the file") {
  const PolicySource source = ParsePolicySource(
      "version: 1\nname: x\nmode: observe\nmethods:\n  /a.S/M: { allow: [ { cn: a } ] }", "p.yaml");
  const std::vector<Finding> findings = CheckPolicy(source, {kToday, nullptr});
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].rule == FindingRule::kObserveMode);
  CHECK(findings[1].rule == FindingRule::kMaybeCut);
  CHECK(Count(findings).warnings == 2);
}

TEST_CASE("many warnings of one rule are counted and do not hide those of another") {
  std::string entries;
  for (int i = 0; i < 150; ++i) entries += "      - { cn: a }\n";
  const PolicySource source = Allowing(entries, "mode: observe\n");
  const std::vector<Finding> findings = FindWarnings(source, {kToday, nullptr});
  CHECK(Count(findings).warnings == 150);
  CHECK(findings.size() == 102);
  CHECK(findings.front().rule == FindingRule::kObserveMode);
  CHECK(findings.back().diagnostic.message == "and 49 more warnings");
  CHECK(findings.back().rule == FindingRule::kPointlessEntry);
  CHECK(findings[1].diagnostic.location.line == 8);
}

TEST_CASE("each rule has a name and words of its own") {
  std::vector<std::string_view> names;
  for (const FindingRuleText& text : FindingRules()) {
    CHECK(text.name == ToString(text.rule));
    CHECK(static_cast<std::size_t>(text.rule) == names.size());
    CHECK_FALSE(text.summary.empty());
    CHECK(text.help.ends_with('.'));
    names.push_back(text.name);
  }
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

}  // namespace
}  // namespace certgate::testing
