#include "src/analysis/policy_test_run.h"

#include <string>
#include <utility>
#include <vector>

#include "src/analysis/policy_test_suite.h"
#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/scratch_directory.h"

namespace certgate::testing {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);  // 2027-01-15

constexpr char kPolicy[] =
    "version: 1\n"
    "name: shop\n"
    "methods:\n"
    "  /a.S/M:\n"
    "    allow:\n"
    "      - { cn: app, ou: payments, id: payments-team }\n"
    "      - { cn: temp, expires: 2027-01-01 }\n"
    "    deny:\n"
    "      - { cn: lost, id: lost-laptop }\n"
    "  /a.S/Tried:\n"
    "    mode: observe\n"
    "    allow:\n"
    "      - { cn: app }\n"
    "...\n";

/// A folder with the policy and one test file.
class Folder {
 public:
  explicit Folder(const std::string& tests, const std::string& policy = kPolicy) {
    files.Write("policy.yaml", policy);
    path = files.Write("t.yaml", "policy: policy.yaml\ntests:\n" + tests);
  }

  PolicyTestSuite Load() { return LoadPolicyTests(path, "", kNow, shelf); }

  ScratchDirectory files;
  std::string path;
  PolicyShelf shelf;
};

std::vector<std::string> DifferencesOf(const PolicyTestResult& result) {
  std::vector<std::string> all;
  for (const TestDifference& one : result.differences) {
    all.push_back(one.what + ": " + one.expected + " / " + one.got);
  }
  return all;
}

// What is different in the only decision of the only test.
std::vector<std::string> Differences(const std::string& test) {
  Folder folder("  - { name: a, " + test + " }\n");
  const PolicyTestSuite suite = folder.Load();
  INFO(Render(suite.diagnostics));
  REQUIRE(suite.diagnostics.empty());
  REQUIRE(suite.tests.size() == 1);
  return DifferencesOf(
      RunPolicyTest(*suite.policy, suite.tests[0], suite.tests[0].test.methods.at(0)));
}

std::string Complaints(const PolicyTestSuite& suite) {
  std::string all;
  for (const Diagnostic& one : suite.diagnostics) {
    if (!all.empty()) all += '\n';
    all += std::to_string(one.location.line) + ": " + one.message + " (" + one.hint + ")";
  }
  return all;
}

using Texts = std::vector<std::string>;

TEST_CASE("a test passes if decision, reason and rule are as expected") {
  CHECK(Differences("caller: { cn: app, ou: payments }, method: /a.S/M, expect: allow, "
                    "reason: allowed, rule: payments-team")
            .empty());
  CHECK(Differences("caller: { cn: lost }, method: /a.S/M, expect: deny, reason: denied_by_rule, "
                    "rule: lost-laptop")
            .empty());
  CHECK(Differences("caller: { cn: app }, method: /b.S/M, expect: deny, reason: method_not_listed")
            .empty());
}

TEST_CASE("an entry is named by its id or by its place") {
  CHECK(Differences("caller: { cn: app, ou: payments }, method: /a.S/M, expect: allow, "
                    "rule: '/a.S/M allow[1]'")
            .empty());
}

TEST_CASE("each thing that is different is told") {
  CHECK(Differences("caller: { cn: lost }, method: /a.S/M, expect: allow, reason: allowed, "
                    "rule: payments-team") == Texts{"decision: allow / deny",
                                                    "reason: allowed / denied_by_rule",
                                                    "rule: `payments-team` / `lost-laptop`"});
  CHECK(Differences("caller: { cn: app }, method: /a.S/M, expect: deny, rule: lost-laptop") ==
        Texts{"rule: `lost-laptop` / none"});
}

TEST_CASE("a call that is let through under observe is allowed with the reason would deny") {
  CHECK(Differences("caller: { cn: x }, method: /a.S/Tried, expect: allow, reason: would_deny")
            .empty());
  CHECK(Differences("caller: { cn: x }, method: /a.S/Tried, expect: deny, "
                    "reason: no_matching_rule") ==
        Texts{"decision: deny / allow",
              "reason: no_matching_rule / would_deny (under enforce no_matching_rule)"});
}

TEST_CASE("the decision is for the time of the test or else for the present") {
  CHECK(Differences("caller: { cn: temp }, method: /a.S/M, expect: deny").empty());
  CHECK(Differences("caller: { cn: temp }, method: /a.S/M, expect: allow, at: 2026-12-31").empty());
}

TEST_CASE("callers with a certificate are read from its file") {
  CertificateAuthority authority("corp CA");
  Folder folder(
      "  - { name: good, caller: { cert: app.pem }, method: /a.S/M, expect: allow,\n"
      "      at: 2026-06-01 }\n"
      "  - { name: late, caller: { cert: app.pem }, method: /a.S/M, expect: deny,\n"
      "      at: 2031-01-01, reason: certificate_expired }\n"
      "  - { name: ambiguous, caller: { cert: twice.pem }, method: /a.S/M, expect: deny,\n"
      "      at: 2026-06-01, reason: identity_rejected }\n");
  CertificateRequest request;
  request.subject = {{"CN", "app"}, {"OU", "payments"}};
  request.not_before = absl::FromUnixSeconds(1'767'225'600);  // 2026
  request.not_after = absl::FromUnixSeconds(1'798'761'600);   // 2027
  folder.files.Write("app.pem", authority.Issue(request).certificate_pem);
  request.subject = {{"CN", "app"}, {"CN", "admin"}};
  folder.files.Write("twice.pem", authority.Issue(request).certificate_pem);
  const PolicyTestSuite suite = folder.Load();
  INFO(Render(suite.diagnostics));
  REQUIRE(suite.tests.size() == 3);
  for (const ReadyTest& test : suite.tests) {
    INFO(test.test.name);
    CHECK(DifferencesOf(RunPolicyTest(*suite.policy, test, "/a.S/M")).empty());
  }
}

TEST_CASE("rules that the policy does not have are errors with a suggestion") {
  Folder folder(
      "  - { name: a, caller: { cn: a }, method: /a.S/M, expect: deny, rule: lost-laptp }\n"
      "  - { name: b, caller: { cn: a }, method: /a.S/M, expect: deny, rule: edge }\n");
  CHECK(Complaints(folder.Load()) ==
        "3: the policy has no entry `lost-laptp` (did you mean `lost-laptop`?)\n"
        "4: the policy has no entry `edge` (give the `id` of an entry, or its place, such as "
        "`/package.Service/Method allow[1]`)");
}

TEST_CASE("values that no caller of this policy could have are errors at their place") {
  Folder folder(
      "  - name: a\n"
      "    caller:\n"
      "      issuer: crop\n"
      "      serial: xyz\n"
      "    method: /a.S/M\n"
      "    expect: deny\n"
      "  - { name: b, caller: { cert: none.pem }, method: /a.S/M, expect: deny }\n");
  const PolicyTestSuite suite = folder.Load();
  REQUIRE(suite.diagnostics.size() == 3);
  CHECK(suite.diagnostics[0].location == SourceLocation{5, 15});
  CHECK(suite.diagnostics[0].message == "unknown issuer `crop`");
  CHECK(suite.diagnostics[1].location == SourceLocation{6, 15});
  CHECK(suite.diagnostics[1].message == "`xyz` is not a serial number");
  CHECK(suite.diagnostics[2].location.line == 9);
  CHECK_THAT(suite.diagnostics[2].message,
             Catch::Matchers::ContainsSubstring("none.pem`: no such file or directory"));
}

TEST_CASE("a policy that cannot be used is told where the test file names it") {
  Folder folder("  - { name: a, caller: { cn: a }, method: /a.S/M, expect: deny }\n",
                "version: 2\n");
  const PolicyTestSuite suite = folder.Load();
  REQUIRE(suite.diagnostics.size() == 1);
  CHECK(suite.diagnostics[0].location == SourceLocation{1, 9});
  CHECK(suite.policy->policy == nullptr);
  CHECK(HasErrors(suite.policy->diagnostics));
}

TEST_CASE("another policy takes the place of the one that the file names") {
  Folder folder("  - { name: a, caller: { cn: a }, method: /a.S/M, expect: allow }\n");
  const std::string other = folder.files.Write(
      "other.yaml", "version: 1\nname: b\nmethods: { /a.S/M: { allow: [{ cn: a }] } }\n...\n");
  const PolicyTestSuite suite = LoadPolicyTests(folder.path, other, kNow, folder.shelf);
  REQUIRE(suite.diagnostics.empty());
  CHECK(suite.policy->document.name == "b");
  CHECK(RunPolicyTest(*suite.policy, suite.tests.at(0), "/a.S/M").passed());
  CHECK(folder.shelf.all().size() == 1);
}

TEST_CASE("a file that names no policy needs one from outside") {
  ScratchDirectory files;
  const std::string path = files.Write(
      "t.yaml", "tests: [{ name: a, caller: { cn: a }, method: /a.S/M, expect: deny }]\n");
  PolicyShelf shelf;
  CHECK(Complaints(LoadPolicyTests(path, "", kNow, shelf)) ==
        "1: `policy` is missing (add `policy:` with the policy's file, or give --policy)");
}

TEST_CASE("a test of several methods is named with the method") {
  Folder folder(
      "  - { name: a, caller: { cn: a }, methods: [/a.S/M, /a.S/N], expect: deny }\n"
      "  - { name: b, caller: { cn: a }, method: /a.S/M, expect: deny }\n");
  const PolicyTestSuite suite = folder.Load();
  REQUIRE(suite.tests.size() == 2);
  CHECK(RunPolicyTest(*suite.policy, suite.tests[0], "/a.S/N").name() == "a (/a.S/N)");
  CHECK(RunPolicyTest(*suite.policy, suite.tests[1], "/a.S/M").name() == "b");
}

}  // namespace
}  // namespace certgate::testing
