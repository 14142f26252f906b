#include "src/analysis/policy_writer.h"

#include <filesystem>
#include <string>
#include <vector>

#include "src/policy/policy_source.h"
#include "tests/support/catch2.h"
#include "tests/unit/analysis/sources.h"

namespace certgate::testing {
namespace {

TEST_CASE("each valid policy is written as a text that reads as the same policy") {
  const std::filesystem::path folder =
      std::filesystem::path(CERTGATE_SOURCE_DIR) / "tests/data/policies/valid";
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".yaml") continue;
    INFO(file.path());
    const PolicySource source = ReadPolicySource(file.path().string());
    REQUIRE(source.policy != nullptr);
    const std::string text = WritePolicy(source.document, {});
    INFO(text);
    // Beside the original, where its CA files are.
    const PolicySource again = ParsePolicySource(text, file.path().string());
    INFO(Render(again.diagnostics));
    REQUIRE(again.policy != nullptr);
    CHECK(again.diagnostics.empty());
    CHECK(IsSamePolicy(source.document, again.document));
    ++count;
  }
  CHECK(count >= 15);
}

TEST_CASE("texts are plain where nothing could mistake them and quoted elsewhere") {
  for (const char* plain :
       {"storefront", "my-grpc-client", "spiffe://acme.example/x", "a.b_c@d+e",
        "/acme.shop.Orders/*", "/acme.shop.Orders/Place", "my app 2", "a b:c"}) {
    CHECK(YamlScalarFor(plain) == plain);
  }
  CHECK(YamlScalarFor("*") == "\"*\"");
  CHECK(YamlScalarFor("edge-*") == "\"edge-*\"");
  CHECK(YamlScalarFor("no") == "\"no\"");
  CHECK(YamlScalarFor("~") == "\"~\"");
  CHECK(YamlScalarFor("010") == "\"010\"");
  CHECK(YamlScalarFor("2027-01-31") == "\"2027-01-31\"");
  CHECK(YamlScalarFor("") == "\"\"");
  CHECK(YamlScalarFor("a: b") == "\"a: b\"");
  CHECK(YamlScalarFor("a:") == "\"a:\"");
  CHECK(YamlScalarFor("a ") == "\"a \"");
  CHECK(YamlScalarFor(" a") == "\" a\"");
  CHECK(YamlScalarFor("a #b") == "\"a #b\"");
  CHECK(YamlScalarFor("say \"hi\" \\") == R"("say \"hi\" \\")");
  CHECK(YamlScalarFor("M\xC3\xBCller") == "\"M\xC3\xBCller\"");
  CHECK(YamlScalarFor("a\xE2\x80\x8B") == "\"a\\u200B\"");
}

TEST_CASE("hostile names come back as they were") {
  const std::vector<std::string> names = {
      "'",  "\"", "- a", "? b", "{ a: b }", "[a]", "a\\nb", "|",   ">",  "%a", "`a`", "@a",
      "!a", "&a", "#a",  "a ",  " a",       "\\",  "---",   "...", "<<", "=",  ",",   "true"};
  PolicyDocument document;
  document.name = "shop";
  MethodRules& rules = document.methods.emplace_back();
  rules.scope = MethodScope::kMethod;
  rules.key = "/a.S/M:#'\"{}&!|>%@`";
  for (const std::string& name : names) {
    Entry& entry = rules.allow.emplace_back();
    entry.selectors = {{Field::kCn, {{name, ValueKind::kExact}, {name + "x", ValueKind::kRegex}}}};
    entry.reason = name;
  }
  // As expressions some of these names do not compile: keep those that do not matter here.
  for (Entry& entry : rules.allow) {
    if (entry.reason == "[a]" || entry.reason == "\\" || entry.reason == "? b") {
      entry.selectors[0].values.pop_back();
    }
  }
  const std::string text = WritePolicy(document, {});
  INFO(text);
  const PolicySource again = ParsePolicySource(text, "again.yaml");
  INFO(Render(again.diagnostics));
  REQUIRE(again.policy != nullptr);
  CHECK(IsSamePolicy(document, again.document));
}

TEST_CASE("comments are printable and broken where they are long") {
  const PolicySource source = Allowing("      - cn: app\n");
  std::string words = "-";
  for (int i = 0; i < 30; ++i) words += " nineteen";
  const std::string text = WritePolicy(source.document, {"a\nmethods: {}", "", words});
  CHECK(text.starts_with("# a?methods: {}\n#\n# - nineteen"));
  CHECK_THAT(text, Catch::Matchers::ContainsSubstring("nineteen\n#   nineteen"));
  CHECK(IsSamePolicy(source.document, ParsePolicySource(text, "again.yaml").document));
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    CHECK(end - begin <= 100);
    begin = end + 1;
  }
}

TEST_CASE("policies that differ anywhere are not the same") {
  const std::string body =
      "clients:\n  a: [{ cn: x }]\nmethods:\n  /a.S/M:\n    allow: [{ client: a, id: i }]\n";
  const PolicyDocument document = SourceOf(body).document;
  CHECK(IsSamePolicy(document, SourceOf("# moved\n\n" + body).document));
  for (const char* other :
       {"clients:\n  a: [{ cn: z }]\nmethods:\n  /a.S/M:\n    allow: [{ client: a, id: i }]\n",
        "clients:\n  a: [{ cn: x }]\nmethods:\n  /a.S/M:\n    deny: [{ client: a, id: i }]\n",
        "clients:\n  a: [{ cn: x }]\nmethods:\n  /a.S/M:\n    allow: [{ client: a }]\n",
        "clients:\n  a: [{ cn: x }]\nmethods:\n  /a.S/N:\n    allow: [{ client: a, id: i }]\n",
        "clients:\n  a: [{ cn: { regex: x } }]\nmethods:\n  /a.S/M:\n"
        "    allow: [{ client: a, id: i }]\n",
        "mode: observe\nclients:\n  a: [{ cn: x }]\nmethods:\n  /a.S/M:\n"
        "    allow: [{ client: a, id: i }]\n"}) {
    CHECK_FALSE(IsSamePolicy(document, SourceOf(other).document));
  }
}

}  // namespace
}  // namespace certgate::testing
