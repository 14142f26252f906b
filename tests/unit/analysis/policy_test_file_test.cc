#include "src/analysis/policy_test_file.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "src/yaml/diagnostic_log.h"
#include "src/yaml/input_file.h"
#include "tests/support/catch2.h"

namespace certgate::testing {
namespace {

struct Reading {
  PolicyTestFile file;
  std::vector<Diagnostic> diagnostics;
};

Reading Read(const std::string& text) {
  DiagnosticLog log(text, "t.yaml");
  Reading reading;
  reading.file = ReadPolicyTestFile(log);
  reading.diagnostics = std::move(log).Finish();
  return reading;
}

// "LINE:COLUMN MESSAGE (HINT)" of each diagnostic, joined by line breaks.
std::string Complaints(const std::string& text) {
  std::string all;
  for (const Diagnostic& one : Read(text).diagnostics) {
    if (!all.empty()) all += '\n';
    all += std::to_string(one.location.line) + ":" + std::to_string(one.location.column) + " ";
    all += one.message + " (" + one.hint + ")";
  }
  return all;
}

// The complaints about one test with these keys, which begin in line 3.
std::string ComplaintsAbout(const std::string& keys) {
  return Complaints("policy: p.yaml\ntests:\n  - " + keys);
}

constexpr char kRest[] = "    caller: { cn: a }\n    method: /a.S/M\n    expect: deny\n";

TEST_CASE("a test file is read whole") {
  const Reading reading = Read(
      "policy: ../policy.yaml\n"
      "tests:\n"
      "  - name: first\n"
      "    caller: { cn: app, ou: [a, b], o: Acme, dns: d.example, uri: 'x:y', email: "
      "e@x.example,\n"
      "              serial: '0A', sha256: '00', issuer: [corp, other] }\n"
      "    methods: [/a.S/M, /a.S/N]\n"
      "    at: 2027-01-31T12:00:00Z\n"
      "    expect: deny\n"
      "    reason: denied_by_rule\n"
      "    rule: /a.S/M deny[1]\n"
      "  - name: second\n"
      "    caller:\n"
      "      cert: certs/a.pem\n"
      "    method: /a.S/M\n"
      "    expect: allow\n");
  REQUIRE(reading.diagnostics.empty());
  CHECK(reading.file.policy.text == "../policy.yaml");
  CHECK(reading.file.policy.location == SourceLocation{1, 9});
  REQUIRE(reading.file.tests.size() == 2);
  const PolicyTest& first = reading.file.tests[0];
  CHECK(first.name == "first");
  CHECK(first.location == SourceLocation{3, 5});
  REQUIRE(first.attributes.size() == 11);
  CHECK(first.attributes[2].field == Field::kOu);
  CHECK(first.attributes[2].value.text == "b");
  CHECK(first.attributes[10].field == Field::kIssuer);
  CHECK(first.attributes[10].value.location == SourceLocation{5, 58});
  CHECK(first.methods == std::vector<std::string>{"/a.S/M", "/a.S/N"});
  CHECK(first.at == absl::FromUnixSeconds(1'801'396'800));
  CHECK(first.expected == Effect::kDeny);
  CHECK(first.reason == Reason::kDeniedByRule);
  CHECK(first.rule.text == "/a.S/M deny[1]");
  const PolicyTest& second = reading.file.tests[1];
  CHECK(second.certificate.text == "certs/a.pem");
  CHECK(second.expected == Effect::kAllow);
  CHECK_FALSE(second.at.has_value());
  CHECK_FALSE(second.reason.has_value());
}

TEST_CASE("expectations have two words each") {
  for (const char* word : {"allow", "allowed"}) {
    const Reading reading =
        Read("tests: [{ name: a, caller: { cn: a }, method: /a.S/M, expect: " + std::string(word) +
             "}]");
    CHECK(reading.diagnostics.empty());
    CHECK(reading.file.tests.at(0).expected == Effect::kAllow);
  }
  for (const char* word : {"deny", "denied"}) {
    const Reading reading =
        Read("tests: [{ name: a, caller: { cn: a }, method: /a.S/M, expect: " + std::string(word) +
             "}]");
    CHECK(reading.diagnostics.empty());
    CHECK(reading.file.tests.at(0).expected == Effect::kDeny);
  }
}

TEST_CASE("a file without tests is an error") {
  CHECK(Complaints("policy: p.yaml\n") ==
        "1:1 `tests` is missing (add `tests:` with at least one test)");
  CHECK(Complaints("tests: []\n") ==
        "1:8 `tests` is empty (it would silently test nothing: add a "
        "test)");
  CHECK(Complaints("tests:\n") ==
        "1:1 `tests` must be a list of tests, but is empty (begin each "
        "test with `- name:`)");
  CHECK(Complaints("- a\n") ==
        "1:1 a test file must be a mapping, but is a list (write `policy:` "
        "with a file, and `tests:`)");
}

TEST_CASE("misspelt keys have a suggestion and are not missing too") {
  CHECK(Complaints("polcy: p.yaml\ntest:\n  - x\n") ==
        "1:1 unknown key `polcy` (did you mean `policy`?)\n"
        "2:1 unknown key `test` (did you mean `tests`?)");
  CHECK(ComplaintsAbout("nmae: a\n    calller: { cn: a }\n    methd: /a.S/M\n    expct: deny\n") ==
        "3:5 unknown key `nmae` (did you mean `name`?)\n"
        "4:5 unknown key `calller` (did you mean `caller`?)\n"
        "5:5 unknown key `methd` (did you mean `method`?)\n"
        "6:5 unknown key `expct` (did you mean `expect`?)");
  CHECK(ComplaintsAbout("name: a\n    caller: { cm: a }\n    method: /a.S/M\n    expect: deny\n") ==
        "4:15 unknown key `cm` (did you mean `cn`?)");
}

TEST_CASE("what a test needs is asked for") {
  CHECK(ComplaintsAbout("at: 2027-01-31\n") ==
        "3:5 `name` is missing in the test (add `name:` with what the test shows, as a sentence)\n"
        "3:5 `caller` is missing in the test (add `caller:` with attributes such as `cn`, or with "
        "`cert`)\n"
        "3:5 `method` is missing in the test (add `method:`, such as `/package.Service/Method`)\n"
        "3:5 `expect` is missing in the test (add `expect: allow` or `expect: deny`)");
  CHECK(ComplaintsAbout("{}\n") == "3:5 the test is empty (begin it with `- name:`)");
  CHECK(ComplaintsAbout("name: a\n    caller: {}\n    method: /a.S/M\n    expect: deny\n") ==
        "4:13 `caller` is empty (add attributes such as `cn`, or `cert` with a file)");
  CHECK(ComplaintsAbout("name: a\n    caller: { cn: a }\n    methods: []\n    expect: deny\n") ==
        "5:14 `methods` is empty (it would silently test nothing: add a method)");
}

TEST_CASE("values of the wrong form are told with what is meant") {
  CHECK(ComplaintsAbout("name: a\n    caller: app\n    method: [/a.S/M]\n    expect: no\n") ==
        "4:13 `caller` must be a mapping, but is `app` (write `caller: { cn: my-client, ou: "
        "payments }`)\n"
        "5:13 `method` must be a text, but is a list (to test several, write `methods:` with a "
        "list)\n"
        "6:13 `expect` must be `allow` or `deny`, but is `no` (write `expect: allow` or `expect: "
        "deny`)");
  CHECK(ComplaintsAbout("name: 1\n    caller: { cn: { exact: a }, serial: 010 }\n"
                        "    methods: /a.S/M\n    expect: alow\n    at: soon\n") ==
        "3:11 `name` must be a text, but `1` is a number in YAML (put it in quotes: `\"1\"`)\n"
        "4:19 `cn` must be a text or a list of texts, but is a mapping (write `ou: [sre, "
        "oncall]`)\n"
        "4:41 `serial` must be a text, but `010` is a number in YAML (put it in quotes, "
        "in hexadecimal: `\"010\"`)\n"
        "5:14 `methods` must be a list of methods, but is `/a.S/M` (begin each with `- `, or write "
        "one method behind `method:`)\n"
        "6:13 `expect` must be `allow` or `deny`, but is `alow` (did you mean `allow`?)\n"
        "7:9 `at` `soon` is neither a date nor a time (write a date, `2027-01-31`, or a time, "
        "`2027-01-31T18:00:00Z`)");
}

TEST_CASE("a caller has one common name and either attributes or a certificate") {
  CHECK(ComplaintsAbout("name: a\n    caller: { cn: [a, b] }\n    method: /a.S/M\n"
                        "    expect: deny\n") ==
        "4:23 a caller has one `cn` (keep one; to test several callers write several tests)");
  CHECK(
      ComplaintsAbout("name: a\n    caller: { cn: a, cert: a.pem }\n    method: /a.S/M\n"
                      "    expect: deny\n") ==
      "4:13 the caller has a certificate and attributes (the certificate has the attributes: keep "
      "one)");
}

TEST_CASE("two tests of one name are refused") {
  const std::string rest = kRest;
  CHECK(Complaints("tests:\n  - name: a\n" + rest + "  - name: a\n" + rest) ==
        "6:11 duplicate test `a` (it is already in line 2; names must be unique)");
}

TEST_CASE("one test has a method or several") {
  CHECK(ComplaintsAbout("name: a\n    methods: [/a.S/N]\n" + std::string(kRest)) ==
        "3:5 the test has `method` and `methods` (keep one of them)");
}

TEST_CASE("method keys and malformed paths are no methods") {
  CHECK(ComplaintsAbout("name: a\n    caller: { cn: a }\n"
                        "    methods: ['*', /a.S/*, /a.*, a.S/M]\n    expect: deny\n") ==
        "5:15 `*` is a method key, not a method (name the methods one by one, under `methods:`)\n"
        "5:20 `/a.S/*` is a method key, not a method (name the methods one by one, under "
        "`methods:`)\n"
        "5:28 `/a.*` is a method key, not a method (name the methods one by one, under "
        "`methods:`)\n"
        "5:34 `a.S/M` is not a method: each call of it is refused as malformed (write "
        "`/package.Service/Method`; if it is meant, add `reason: malformed_method`)");
  CHECK(ComplaintsAbout("name: a\n    caller: { cn: a }\n    method: a.S/M\n    expect: deny\n"
                        "    reason: malformed_method\n")
            .empty());
}

TEST_CASE("a reason must be one that a policy decides and fit the expectation") {
  const auto complaints = [](const std::string& expect, const std::string& reason) {
    return ComplaintsAbout("name: a\n    caller: { cn: a }\n    method: /a.S/M\n    expect: " +
                           expect + "\n    reason: " + reason + "\n");
  };
  CHECK(complaints("deny", "no_maching_rule") ==
        "7:13 unknown reason `no_maching_rule` (did you mean `no_matching_rule`?)");
  CHECK_THAT(complaints("deny", "because"),
             Catch::Matchers::ContainsSubstring("the reasons are `allowed`, `would_deny`, "));
  CHECK_THAT(complaints("deny", "audit_unavailable"),
             Catch::Matchers::ContainsSubstring("no policy decides `audit_unavailable`"));
  CHECK(complaints("allow", "denied_by_rule") ==
        "7:13 an allowed call never has the reason `denied_by_rule` (it has `allowed`, or under "
        "`mode: observe` `would_deny`)");
  CHECK(complaints("deny", "allowed") ==
        "7:13 a denied call never has the reason `allowed` (change `expect` or `reason`)");
  CHECK(complaints("allow", "would_deny").empty());
}

TEST_CASE("a test file that is cut or damaged anywhere is read without harm") {
  const std::string path = CERTGATE_SOURCE_DIR "/policy/tests/greeter_test.yaml";
  const auto whole = std::get<std::string>(ReadInputFile(path, "test file"));
  const std::size_t tests = Read(whole).file.tests.size();
  const auto lines = static_cast<std::size_t>(std::count(whole.begin(), whole.end(), '\n'));
  const auto check = [&](const std::string& text) {
    const Reading reading = Read(text);
    CHECK(reading.file.tests.size() <= tests);
    for (const Diagnostic& one : reading.diagnostics) {
      CHECK(one.location.line >= 1);
      CHECK(one.location.line <= lines + 2);
      CHECK_FALSE(one.message.empty());
    }
  };
  for (std::size_t i = 0; i < whole.size(); i += 7) check(whole.substr(0, i));
  const std::string damage = "\n:-{}[]'\"#*&!x \xFF";
  for (std::size_t i = 0; i < whole.size(); i += 11) {
    std::string text = whole;
    text[i] = damage[(i / 11) % damage.size()];
    check(text);
  }
}

TEST_CASE("what is no YAML is told as in a policy") {
  CHECK(Complaints("tests:\n  - *x\n") ==
        "2:5 `*` begins an alias, which is not allowed (put a value that begins with it in quotes: "
        "`\"*x\"`; write an alias out)");
  CHECK(Complaints("") == "1:1 the file is empty (a file of comments alone counts as empty too)");
}

}  // namespace
}  // namespace certgate::testing
