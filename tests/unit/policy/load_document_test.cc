#include <absl/time/time.h>

#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/policy/load_support.h"

namespace certgate {
namespace {

using testing::DocumentOf;
using testing::WithEntry;

Entry EntryOf(const std::string& entry) {
  return DocumentOf(WithEntry(entry)).methods.at(0).allow.at(0);
}

// The values of an entry with one selector.
std::vector<SelectorValue> ValuesOf(const std::string& entry) {
  const Entry read = EntryOf(entry);
  REQUIRE(read.selectors.size() == 1);
  return read.selectors[0].values;
}

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) throw std::runtime_error(error);
  return time;
}

TEST_CASE("the document holds what the policy says") {
  const PolicyDocument document =
      DocumentOf(testing::ReadBytes(testing::kPolicyData / "valid/all-features.yaml"));
  CHECK(document.name == "greeter");
  CHECK(document.mode == Mode::kEnforce);
  REQUIRE(document.clients.size() == 3);
  CHECK(document.clients[1].name == "edge");
  CHECK(document.clients[1].location == SourceLocation{8, 3});
  REQUIRE(document.clients[2].entries.size() == 2);
  CHECK(document.clients[2].entries[1].id == "edge-operators");
  REQUIRE(document.methods.size() == 5);
  CHECK(document.methods[0].scope == MethodScope::kMethod);
  CHECK(document.methods[0].key == "/helloworld.Greeter/SayHello");
  CHECK(document.methods[0].allow.size() == 11);
  CHECK(document.methods[1].scope == MethodScope::kService);
  CHECK(document.methods[1].deny.size() == 1);
  CHECK(document.methods[1].deny[0].reason == "lost laptop");
  CHECK_FALSE(document.methods[1].mode.has_value());
  CHECK(document.methods[2].mode == Mode::kObserve);
  CHECK(document.methods[3].scope == MethodScope::kPackage);
  CHECK(document.methods[4].scope == MethodScope::kAll);
  CHECK(document.methods[4].key == "*");
}

TEST_CASE("an entry holds its fields and its place") {
  const Entry entry =
      EntryOf("{ ou: [sre, oncall], cn: x, id: team, owner: o@acme.example, reason: \"JIRA-42\" }");
  REQUIRE(entry.selectors.size() == 2);
  CHECK(entry.selectors[0].field == Field::kOu);
  CHECK(entry.selectors[0].values ==
        std::vector<SelectorValue>{{"sre", ValueKind::kExact}, {"oncall", ValueKind::kExact}});
  CHECK(entry.selectors[1].field == Field::kCn);
  CHECK(entry.id == "team");
  CHECK(entry.owner == "o@acme.example");
  CHECK(entry.reason == "JIRA-42");
  CHECK(entry.expires == absl::InfiniteFuture());
  CHECK(entry.location == SourceLocation{6, 9});
}

TEST_CASE("any is a selector without values") {
  const Entry entry = EntryOf("any: true");
  REQUIRE(entry.selectors.size() == 1);
  CHECK(entry.selectors[0].field == Field::kAny);
  CHECK(entry.selectors[0].values.empty());
}

TEST_CASE("a star makes a pattern unless it is exact") {
  CHECK(ValuesOf("cn: \"a*b\"") == std::vector<SelectorValue>{{"a*b", ValueKind::kPattern}});
  CHECK(ValuesOf("cn: { exact: \"a*b\" }") ==
        std::vector<SelectorValue>{{"a*b", ValueKind::kExact}});
  CHECK(ValuesOf("cn: [x, \"*\", { exact: \"*\" }]") ==
        std::vector<SelectorValue>{
            {"x", ValueKind::kExact}, {"*", ValueKind::kPattern}, {"*", ValueKind::kExact}});
  CHECK(ValuesOf("cn: \"" + std::string(32, '*') + "\"")[0].kind == ValueKind::kPattern);
}

TEST_CASE("a serial number is upper case without leading zeros and colons") {
  CHECK(ValuesOf("serial: \"00:0a:1B\"") == std::vector<SelectorValue>{{"A1B", ValueKind::kExact}});
  CHECK(ValuesOf("serial: 0a1b") == std::vector<SelectorValue>{{"A1B", ValueKind::kExact}});
  CHECK(ValuesOf("serial: \"000\"") == std::vector<SelectorValue>{{"0", ValueKind::kExact}});
  CHECK(ValuesOf("serial: \"0" + std::string(40, 'f') + "\"") ==
        std::vector<SelectorValue>{{std::string(40, 'F'), ValueKind::kExact}});
}

TEST_CASE("a fingerprint is lower case without colons") {
  std::string colons = "AB";
  std::string digits = "ab";
  for (int i = 1; i < 32; ++i) {
    colons += ":AB";
    digits += "ab";
  }
  CHECK(ValuesOf("sha256: \"" + colons + "\"") ==
        std::vector<SelectorValue>{{digits, ValueKind::kExact}});
}

TEST_CASE("a dns name is lower case and its stars are whole labels") {
  CHECK(ValuesOf("dns: Edge.ACME.example") ==
        std::vector<SelectorValue>{{"edge.acme.example", ValueKind::kExact}});
  CHECK(ValuesOf("dns: \"*.Edge.*.example\"") ==
        std::vector<SelectorValue>{{"*.edge.*.example", ValueKind::kPattern}});
  CHECK(ValuesOf("dns: { exact: \"*.ACME.example\" }") ==
        std::vector<SelectorValue>{{"*.acme.example", ValueKind::kExact}});
}

TEST_CASE("a uri keeps its case and its stars are whole segments") {
  CHECK(ValuesOf("uri: \"SPIFFE://Acme.example/*/b/**\"") ==
        std::vector<SelectorValue>{{"SPIFFE://Acme.example/*/b/**", ValueKind::kPattern}});
  CHECK(ValuesOf("uri: urn:acme:payments") ==
        std::vector<SelectorValue>{{"urn:acme:payments", ValueKind::kExact}});
  CHECK(ValuesOf("uri: { exact: \"https://acme.example/a*b\" }") ==
        std::vector<SelectorValue>{{"https://acme.example/a*b", ValueKind::kExact}});
}

TEST_CASE("values may be as long as the longest that a certificate can hold") {
  CHECK(ValuesOf("cn: " + std::string(256, 'a'))[0].text.size() == 256);
  CHECK(ValuesOf("email: " + std::string(2048, 'a'))[0].text.size() == 2048);
}

TEST_CASE("expires is a date in UTC or a time with its zone") {
  const auto expires = [](const std::string& text) {
    return EntryOf("{ cn: x, expires: " + text + " }").expires;
  };
  CHECK(expires("2027-01-31") == At("2027-01-31T00:00:00Z"));
  CHECK(expires("2027-01-31T18:00:00Z") == At("2027-01-31T18:00:00Z"));
  CHECK(expires("2027-01-31T18:00:00+01:30") == At("2027-01-31T16:30:00Z"));
  CHECK(expires("2027-01-31T18:00:00.25-08:00") == At("2027-02-01T02:00:00.25Z"));
  CHECK(expires("2028-02-29") == At("2028-02-29T00:00:00Z"));
}

TEST_CASE("the mode of the policy and that of a method are told apart") {
  const PolicyDocument document = DocumentOf("mode: observe\n" + WithEntry("cn: x"));
  CHECK(document.mode == Mode::kObserve);
  CHECK_FALSE(document.methods[0].mode.has_value());
}

TEST_CASE("client references are selectors with the names of sets") {
  const PolicyDocument document =
      DocumentOf(testing::ReadBytes(testing::kPolicyData / "valid/client-chain.yaml"));
  const Selector& selector = document.clients[0].entries[0].selectors[0];
  CHECK(selector.field == Field::kClient);
  CHECK(selector.values ==
        std::vector<SelectorValue>{{"operators", ValueKind::kExact}, {"apps", ValueKind::kExact}});
}

}  // namespace
}  // namespace certgate
