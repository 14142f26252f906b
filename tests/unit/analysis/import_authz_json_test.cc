#include "src/analysis/import_authz_json.h"

#include <string>
#include <utility>
#include <vector>

#include "src/yaml/diagnostic_log.h"
#include "tests/support/catch2.h"

namespace certgate::testing {
namespace {

using Texts = std::vector<std::string>;

// "MESSAGE (HINT)" of each diagnostic.
Texts Complaints(const std::string& json) {
  DiagnosticLog log(json, "a.json");
  ReadAuthzPolicy(log);
  Texts all;
  for (const Diagnostic& one : std::move(log).Finish()) {
    all.push_back(one.message + (one.hint.empty() ? "" : " (" + one.hint + ")"));
  }
  return all;
}

// The complaints about a policy with this one allow rule.
Texts ComplaintsAboutRule(const std::string& rule) {
  return Complaints(R"({"name": "x", "allow_rules": [)" + rule + "]}");
}

TEST_CASE("an authorization policy is read whole") {
  const std::string json = R"({
    "name": "shop",
    "deny_rules": [{"name": "no headers", "request": {"headers": []}}],
    "allow_rules": [{"name": "all of it",
      "source": {"principals": ["a", ""]},
      "request": {"paths": ["/a.S/M"],
                  "headers": [{"key": "Team", "values": ["x", "*"]}]}}, {"name": "nothing"}],
    "audit_logging_options": {"audit_condition": "ON_DENY", "audit_loggers": []}})";
  DiagnosticLog log(json, "a.json");
  const AuthzPolicy policy = ReadAuthzPolicy(log);
  CHECK(log.error_count() == 0);
  CHECK(policy.name == "shop");
  CHECK(policy.has_audit_options);
  REQUIRE(policy.deny.size() == 1);
  CHECK(policy.deny[0].place == "/deny_rules/0");
  CHECK_FALSE(policy.deny[0].has_headers);
  REQUIRE(policy.allow.size() == 2);
  CHECK(policy.allow[0].name == "all of it");
  CHECK(policy.allow[0].principals == Texts{"a", ""});
  CHECK(policy.allow[0].paths == Texts{"/a.S/M"});
  CHECK(policy.allow[0].has_headers);
  CHECK(policy.allow[1].place == "/allow_rules/1");
  CHECK(policy.allow[1].json == R"({"name":"nothing"})");
}

TEST_CASE("what gRPC does not load is not read") {
  for (const char* json :
       {"", "{", "[]", "null", R"({"name": "x"})", R"({"allow_rules": []})",
        R"({"name": 1, "allow_rules": []})", R"({"name": "x", "allow_rules": {}})",
        R"({"name": "x", "allow_rules": null})", R"({"name": "x", "allow_rules": [], "more": 1})",
        R"({"name": "x", "allow_rules": []} x)", R"({"name": "x", "allow_rules": [],})",
        R"({"name": "x", "allow_rules": [], "deny_rules": {}})", R"({'name': 'x'})",
        R"({"name": "x", "allow_rules": [] /* none */})"}) {
    INFO(json);
    CHECK_FALSE(Complaints(json).empty());
  }
  for (const char* rule :
       {"{}", R"("a")", R"({"name": ""})", R"({"name": "a", "sauce": {}})",
        R"({"name": "a", "source": []})", R"({"name": "a", "source": {"principals": "b"}})",
        R"({"name": "a", "source": {"principals": [1]}})",
        R"({"name": "a", "source": {"names": []}})",
        R"({"name": "a", "request": {"paths": [null]}})",
        R"({"name": "a", "request": {"headers": [{}]}})",
        R"({"name": "a", "request": {"headers": [{"key": "h", "values": []}]}})",
        R"({"name": "a", "request": {"headers": [{"key": "", "values": ["a"]}]}})",
        R"({"name": "a", "request": {"headers": [{"key": "grpc-x", "values": ["a"]}]}})",
        R"({"name": "a", "request": {"headers": [{"key": ":path", "values": ["a"]}]}})",
        R"({"name": "a", "request": {"headers": [{"key": "Host", "values": ["a"]}]}})"}) {
    INFO(rule);
    CHECK_FALSE(ComplaintsAboutRule(rule).empty());
  }
}

TEST_CASE("all mistakes are told with their places as JSON pointers") {
  CHECK(Complaints(R"({"deny_rule": [], "allow_rules": [
          {"name": "a", "source": {"principal": ["b"]}},
          7,
          {"request": {"paths": ["/a.S/M", true], "headers": [{"key": "te", "value": "x"}]}}]})") ==
        Texts{"unknown field `deny_rule` (did you mean `deny_rules`?)", "`name` is missing",
              "/allow_rules/0/source: unknown field `principal` (did you mean `principals`?)",
              "/allow_rules/1: the rule must be an object, but is a number",
              "/allow_rules/2: `name` is missing",
              "/allow_rules/2/request/paths/1: the value must be a text, but is a boolean",
              "/allow_rules/2/request/headers/0: unknown field `value` (did you mean `values`?)",
              "/allow_rules/2/request/headers/0: gRPC refuses rules about the header `te`",
              "/allow_rules/2/request/headers/0: `values` is missing or empty"});
}

TEST_CASE("what gRPC would silently drop is an error") {
  CHECK(ComplaintsAboutRule(R"({"name": "a"}, {"name": "a"})") ==
        Texts{"/allow_rules/1: there is another rule `a` (gRPC silently keeps the last one of a "
              "name: rename or remove one)"});
  CHECK(ComplaintsAboutRule(R"({"name": "a", "source": {}, "source": {"principals": ["b"]}})") ==
        Texts{"the field `source` occurs twice in one object (merge the two or remove one)"});
  // In different objects a field may occur again.
  CHECK(ComplaintsAboutRule(R"({"name": "a"}, {"name": "b"})").empty());
}

TEST_CASE("a mistake of JSON has its line and column") {
  DiagnosticLog log("{\"name\": \"x\",\n  \"allow_rules\": [}\n", "a.json");
  ReadAuthzPolicy(log);
  const std::vector<Diagnostic> diagnostics = std::move(log).Finish();
  REQUIRE(diagnostics.size() == 1);
  CHECK(diagnostics[0].location == SourceLocation{2, 19});
  CHECK_THAT(diagnostics[0].message, Catch::Matchers::StartsWith("this is no JSON: syntax error "));
}

TEST_CASE("a text that is not UTF-8 is no JSON") {
  CHECK(Complaints("{\"name\": \"\xFF\"}") == Texts{"invalid UTF-8 (save the file as UTF-8)"});
}

}  // namespace
}  // namespace certgate::testing
