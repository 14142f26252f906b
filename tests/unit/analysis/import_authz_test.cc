#include "src/analysis/import_authz.h"

#include <string>
#include <vector>

#include "src/analysis/import_authz_path.h"
#include "src/analysis/import_authz_principal.h"
#include "src/analysis/policy_writer.h"
#include "tests/support/catch2.h"

namespace certgate::testing {
namespace {

using Fit = AuthzPath::Fit;
using Texts = std::vector<std::string>;

// The entries as a policy has them, one a line.
std::string TextOf(const AuthzCallers& callers) {
  PolicyDocument document;
  document.name = "x";
  document.clients.push_back({"c", callers.entries, {}});
  const std::string text = WritePolicy(document, {});
  const std::size_t begin = text.find("  c:\n") + 5;
  return text.substr(begin, text.find("\nmethods:") - begin);
}

std::string Allowed(const std::vector<std::string>& principals) {
  return TextOf(AllowedCallers(principals));
}

std::string Denied(const std::vector<std::string>& principals) {
  return TextOf(DeniedCallers(principals));
}

TEST_CASE("paths become the method key that matches the same calls") {
  const auto check = [](const char* value, const char* key) {
    INFO(value);
    const AuthzPath path = ImportAuthzPath(value);
    CHECK(path.fit == Fit::kSame);
    CHECK(path.key == key);
  };
  check("/a.S/M", "/a.S/M");
  check("/a.S/*", "/a.S/*");
  check("/a.b.*", "/a.b.*");
  check("*", "*");
  check("/*", "*");
  check("*/a.S/M", "/a.S/M");
}

TEST_CASE("paths without such a key become the next wider one") {
  const auto check = [](const char* value, const char* key) {
    INFO(value);
    const AuthzPath path = ImportAuthzPath(value);
    CHECK(path.fit == Fit::kWider);
    CHECK(path.key == key);
  };
  check("/a.S/Get*", "/a.S/*");
  check("/a.b.S*", "/a.b.*");
  check("/a.b.*S*", "/a.b.*");
  check("/a*", "*");
  check("*/M", "*");
  check("*M", "*");
  check("*x*", "*");
  check("/a.S/M*N", "/a.S/*");
  check("/a.b*c.S/M", "/a.*");
  check("/S*S/M", "*");
}

TEST_CASE("paths that no call can have are known") {
  for (const char* value : {"", "a.S/M", "/a.S", "/a.S/M/x", "a*", "//M*", "/a.S/M/*", "/a S/*",
                            "*/", "*a/b/c", "*//M", "/a\x7F*"}) {
    INFO(value);
    CHECK(ImportAuthzPath(value).fit == Fit::kNoCall);
  }
}

TEST_CASE("a path within allowed keys is as narrow as can be") {
  const auto within = [](const char* value, const Texts& allowed) {
    std::string all;
    for (const AuthzPath& path : ImportAuthzPathWithin(value, allowed)) {
      all += path.key + (path.fit == Fit::kSame ? " " : "+ ");
    }
    return all;
  };
  CHECK(within("*/Drop", {"/a.S/*", "/a.S/M", "/b.T/Drop"}) == "/a.S/Drop /b.T/Drop ");
  CHECK(within("*S/Drop", {"/a.S/*", "/a.T/*"}) == "/a.S/Drop ");
  CHECK(within("*op", {"/a.S/*", "/b.T/Drop", "/b.T/M"}) == "/a.S/*+ /b.T/Drop ");
  CHECK(within("*/Drop", {"/a.*", "*"}) == "/a.*+ *+ ");
  CHECK(within("/a.S/Get*", {"/a.S/*", "/a.S/GetAll", "/a.S/M", "/a.*", "*", "/b.S/*"}) ==
        "/a.S/*+ /a.S/GetAll /a.S/*+ /a.S/*+ ");
  CHECK(within("/a.S*", {"/a.S/*", "/a.Sub/*", "/a.T/*", "/a.S.x.*"}) ==
        "/a.S/* /a.Sub/* /a.S.x.* ");
  CHECK(within("*x*", {"/a.S/*"}) == "/a.S/*+ ");
  CHECK(within("*x*", {}).empty());
}

TEST_CASE("names of URIs and DNS names are allowed as they are") {
  CHECK(Allowed({"spiffe://acme.example/sa/admin"}) ==
        "    - uri: spiffe://acme.example/sa/admin\n");
  CHECK(Allowed({"app.acme.example", "lb.acme.example"}) ==
        "    - dns:\n        - app.acme.example\n        - lb.acme.example\n");
  CHECK(Allowed({"spiffe://acme.example/ns/*"}) ==
        "    - uri:\n        - \"spiffe://acme.example/ns/**\"\n        - "
        "spiffe://acme.example/ns/\n");
  CHECK(Allowed({"spiffe://acme.example/n*"}) ==
        "    - uri: { regex: 'spiffe://acme\\.example/n.*' }\n");
  CHECK(AllowedCallers({"spiffe://acme.example/ns/*", "app.acme.example"}).differences.empty());
}

TEST_CASE("what may be a whole subject is left out where it allows") {
  CHECK(AllowedCallers({"CN=app,OU=payments"}).entries.empty());
  CHECK(AllowedCallers({"CN=app,OU=payments"}).differences.size() == 1);
  CHECK(
      Allowed({"*.acme.example"}) ==
      "    - uri: { regex: '.*\\.acme\\.example' }\n    - dns: { regex: '.*\\.acme\\.example' }\n");
  CHECK(AllowedCallers({"*.acme.example"}).differences.size() == 1);
  CHECK(AllowedCallers({"serialN*"}).differences.size() == 1 + 1);
  CHECK(AllowedCallers({"edge-*"}).differences.empty());
}

TEST_CASE("DNS names with capitals are left out where they allow") {
  for (const char* principal : {"App.acme.example", "edge-A*"}) {
    INFO(principal);
    const AuthzCallers callers = AllowedCallers({principal});
    REQUIRE(callers.differences.size() == 1);
    CHECK_THAT(callers.differences[0], Catch::Matchers::ContainsSubstring("capitals"));
  }
  CHECK(AllowedCallers({"App.acme.example"}).entries.empty());
  CHECK_THAT(Denied({"App.acme.example"}),
             Catch::Matchers::EndsWith("    - dns: app.acme.example\n"));
}

TEST_CASE("callers without a certificate and unclear names are left out where they allow") {
  CHECK(AllowedCallers({""}).entries.empty());
  CHECK(AllowedCallers({""}).differences.size() == 1);
  CHECK(AllowedCallers({"*edge*"}).entries.empty());
  CHECK(AllowedCallers({"*edge*"}).differences.size() == 1);
  CHECK(AllowedCallers({std::string("a\0b", 3)}).entries.empty());
  CHECK(AllowedCallers({std::string(3000, 'a')}).differences.size() == 1);
}

TEST_CASE("everybody with a certificate is any caller only where that is meant") {
  CHECK(Allowed({}) == "    - any: true\n");
  CHECK(AllowedCallers({}).differences.size() == 1);  // those without
  CHECK(Allowed({"*", ""}) == "    - any: true\n");
  CHECK(Allowed({"*"}) ==
        "    - uri: { regex: '.+' }\n    - dns: { regex: '.+' }\n    - cn: \"*\"\n    - ou: \"*\"\n"
        "    - o: \"*\"\n");
  CHECK(AllowedCallers({"*"}).differences.empty());
  CHECK(AllowedCallers({"*"}).remarks.size() == 1);
}

TEST_CASE("what denies matches the name in each place where A43 looks for it") {
  CHECK(Denied({"spiffe://acme.example/lost"}) ==
        "    - uri: spiffe://acme.example/lost\n    - dns: spiffe://acme.example/lost\n");
  CHECK(Denied({"lost.acme.example"}) ==
        "    - uri: { regex: 'lost\\.acme\\.example' }\n    - dns: lost.acme.example\n");
  CHECK(DeniedCallers({"lost.acme.example", "spiffe://acme.example/lost"}).differences.empty());
}

TEST_CASE("a denied subject is denied by the parts that an entry can select") {
  CHECK_THAT(Denied({"CN=lost,OU=a,OU=b,O=Acme,C=DE"}),
             Catch::Matchers::EndsWith("    - cn: lost\n      ou: a\n      o: Acme\n"));
  CHECK_THAT(Denied({"CN=lost,OU=pay*"}),
             Catch::Matchers::EndsWith("    - cn: lost\n      ou: \"pay*\"\n"));
  CHECK_THAT(Denied({"CN=lo*"}), Catch::Matchers::EndsWith("    - cn: \"lo*\"\n"));
  CHECK_THAT(Denied({"OU=x,CN=a*b"}), Catch::Matchers::EndsWith("    - ou: x\n      cn: { exact: "
                                                                "\"a*b\" }\n"));
  // Behind an escaped comma the text goes on.
  CHECK_THAT(Denied({"O=Acme,CN=x\\,OU=y"}), Catch::Matchers::EndsWith("    - o: Acme\n"));
  CHECK(DeniedCallers({"CN=lost"}).differences.size() == 1);
}

TEST_CASE("a denied name that no entry can tell denies everybody") {
  for (const char* principal : {"", "*.acme.example", "*edge*", "C=DE", "CN*", "2.5.4.*"}) {
    INFO(principal);
    CHECK(Denied({"spiffe://acme.example/x", principal}) == "    - any: true\n");
    CHECK(DeniedCallers({principal}).differences.size() == 1);
  }
  CHECK(Denied({std::string(3000, 'a')}) == "    - any: true\n");
  CHECK(Denied({"*"}) == "    - any: true\n");
  CHECK(DeniedCallers({"*"}).differences.empty());
  CHECK(DeniedCallers({}).differences.empty());
}

std::string Imported(const std::string& json) {
  const auto imported = ImportAuthzPolicy(json, "a.json", "");
  if (const auto* errors = std::get_if<std::vector<Diagnostic>>(&imported)) return Render(*errors);
  const auto text = WriteImport(std::get<ImportedPolicy>(imported));
  if (const auto* problem = std::get_if<Problem>(&text)) return problem->message;
  const std::string& policy = std::get<std::string>(text);
  return policy.substr(policy.find("version: 1"));
}

TEST_CASE("rules of one name have entries of their own names") {
  CHECK(Imported(R"({"name": "x",
          "deny_rules": [{"name": "r", "source": {"principals": ["spiffe://a/b"]}}],
          "allow_rules": [{"name": "r", "source": {"principals": ["spiffe://a/c", "b.c"]},
                           "request": {"paths": ["/a.S/M", "/a.S/N", "/a.S/M"]}}]})") ==
        "version: 1\n"
        "name: x\n"
        "\n"
        "clients:\n"
        "  r:\n"
        "    - uri: spiffe://a/c\n"
        "    - dns: b.c\n"
        "  r 2:\n"
        "    - uri: spiffe://a/b\n"
        "    - dns: spiffe://a/b\n"
        "\n"
        "methods:\n"
        "  /a.S/M:\n"
        "    allow:\n"
        "      - client: r\n"
        "        id: r\n"
        "  /a.S/N:\n"
        "    allow:\n"
        "      - client: r\n"
        "        id: r 2\n"
        "  \"*\":\n"
        "    deny:\n"
        "      - client: r 2\n"
        "        id: r 3\n"
        "...\n");
}

TEST_CASE("hostile names of rules and policies make a valid policy all the same") {
  const std::string text = Imported(
      R"({"name": "a\nb: c\u202e", "allow_rules": [
           {"name": "allow[1]"}, {"name": " "}, {"name": "\u0007\"'"},
           {"name": ")" +
      std::string(5000, 'x') + R"("}, {"name": "..."}]})");
  CHECK(text.starts_with("version: 1\nname: \"a?b: c?\"\n"));
  CHECK_THAT(text, Catch::Matchers::ContainsSubstring("id: \" \"\n"));
  CHECK_THAT(text, Catch::Matchers::ContainsSubstring("id: \"?\\\"'\"\n"));
  CHECK_THAT(text, !Catch::Matchers::ContainsSubstring("allow[1]"));
}

TEST_CASE("a policy that allows nobody denies everybody") {
  CHECK(Imported(R"({"name": "x", "allow_rules": []})") ==
        "version: 1\nname: x\n\nmethods:\n  \"*\":\n    deny:\n      - any: true\n...\n");
}

TEST_CASE("JSON that is nested deeply is refused in time") {
  const std::string deep(200'000, '[');
  CHECK_THAT(Imported(deep), Catch::Matchers::ContainsSubstring("this is no JSON"));
  CHECK_THAT(Imported(R"({"name": "x", "allow_rules": [], "audit_logging_options": {"a": )" + deep +
                      std::string(200'000, ']') + "}}"),
             Catch::Matchers::StartsWith("version: 1"));
}

}  // namespace
}  // namespace certgate::testing
