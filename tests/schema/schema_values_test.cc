#include <certgate/policy.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tests/schema/json_schema.h"
#include "tests/support/catch2.h"
#include "tests/unit/policy/load_support.h"

// A policy that uses every key, spoilt in one place after the other: the schema and the loader have
// to agree on each.

namespace certgate {
namespace {

using nlohmann::json;

const std::string kFingerprint(64, 'a');

std::string Repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

json EveryField() {
  return {{"cn", "a"},     {"ou", "a"},      {"o", "a"},
          {"dns", "a"},    {"uri", "x:a"},   {"email", "a"},
          {"issuer", "a"}, {"serial", "0a"}, {"sha256", kFingerprint},
          {"client", "a"}, {"any", true},    {"id", "a"},
          {"owner", "a"},  {"reason", "a"},  {"expires", "2027-01-31"}};
}

json EveryKey() {
  const json revoked = {{"serial", "0a"},  {"issuer", "a"}, {"sha256", kFingerprint},
                        {"id", "revoked"}, {"owner", "a"},  {"reason", "a"}};
  json policy = {{"version", 1}, {"name", "a"}, {"mode", "enforce"}};
  policy["authorities"]["a"]["ca_file"] = "../cas/corp-ca.crt";
  policy["authorities"][std::string(64, 'a')]["ca_file"] = "../cas/partner-ca.crt";
  policy["clients"]["a"] = json::array({{{"cn", "a"}}});
  policy["clients"]["b"] = json::array({{{"client", "a"}}});
  policy["methods"]["/a.B/C"] = {{"mode", "observe"},
                                 {"allow", json::array({EveryField()})},
                                 {"deny", json::array({{{"cn", "a"}}})}};
  policy["revoked"] = json::array({revoked});
  return policy;
}

// Texts that some key takes and others refuse.
std::vector<std::string> Texts() {
  std::vector<std::string> texts = {"",        "a",        "*",      "a\nb",       "a\x7f",
                                    "ä",       "a.b",      "a..b",   "a*.b",       "x:a",
                                    "x:a*",    "x://a*",   "0a",     "0g",         "0a:1b",
                                    "true",    "1",        "null",   "2027-01-31", "2027-02-30",
                                    "observe", "allow[1]", "x:a\nb", "x:ä",        kFingerprint};
  for (const int size : {64, 65, 128, 129, 256, 257, 2048, 2049}) texts.emplace_back(size, 'a');
  for (const int size : {2046, 2047}) texts.push_back("x:" + Repeat("a", size));
  for (const int stars : {32, 33}) {
    texts.push_back("x:" + Repeat("/*", stars));
    texts.push_back(Repeat("*.", stars) + "a");
  }
  return texts;
}

std::vector<json> Values() {
  std::vector<json> scalars = {nullptr, true, false, 0, 1, 2};
  for (const std::string& text : Texts()) scalars.emplace_back(text);
  std::vector<json> values = scalars;
  for (const json& scalar : scalars) {
    const json exact = {{"exact", scalar}};
    const json regex = {{"regex", scalar}};
    for (const json& value : {exact, regex}) values.push_back(value);
    for (const json& value : {scalar, exact, regex}) values.push_back(json::array({value}));
  }
  for (const char* odd :
       {R"([])", R"({})", R"([[]])", R"([{}])", R"([["a"]])", R"(["a", 1])", R"({"exact": ["a"]})",
        R"({"exact": {"exact": "a"}})", R"({"regex": ["a"]})", R"({"exact": "a", "regex": "a"})",
        R"({"x": "a"})", R"({"exact": "x:a", "regex": "x:a"})", R"([{"cn": "a"}, {}])"}) {
    values.push_back(json::parse(odd));
  }
  return values;
}

void CollectPlaces(const json& value, const json::json_pointer& place,
                   std::vector<json::json_pointer>& places) {
  places.push_back(place);
  if (value.is_object()) {
    for (const auto& [key, child] : value.items()) CollectPlaces(child, place / key, places);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) CollectPlaces(value[i], place / i, places);
  }
}

std::vector<json::json_pointer> Places() {
  std::vector<json::json_pointer> places;
  CollectPlaces(EveryKey(), json::json_pointer(), places);
  return places;
}

// What a schema cannot know: tests/data/policies/schema_differences.txt.
bool IsBeyondASchema(const Diagnostic& diagnostic) {
  static constexpr std::array<std::string_view, 6> kBeginnings = {
      "unknown client",          "unknown issuer", "duplicate `id`",
      "cannot read the CA file", "the CA file",    "the regex"};
  const std::string& message = diagnostic.message;
  const bool is_cycle = message.find(" leads to itself: ") != std::string::npos;
  return is_cycle || std::any_of(kBeginnings.begin(), kBeginnings.end(),
                                 [&](auto beginning) { return message.starts_with(beginning); });
}

class Agreement {
 public:
  void Check(const json& policy, const std::string& how) {
    // JSON is YAML; the path is for the CA files.
    const PolicyLoad load = ParsePolicy(policy.dump(), kPath);
    const bool is_plainly_wrong =
        std::any_of(load.diagnostics.begin(), load.diagnostics.end(), [](const Diagnostic& d) {
          return d.severity == Diagnostic::Severity::kError && !IsBeyondASchema(d);
        });
    const bool is_taken = schema_.Accepts(policy);
    ++(is_taken ? taken_ : refused_);
    if (is_taken ? !is_plainly_wrong : load.policy == nullptr) return;
    FAIL_CHECK(how << ": the schema " << (is_taken ? "takes" : "refuses")
                   << " it, the loader says:\n"
                   << Render(load.diagnostics));
  }
  int taken() const { return taken_; }
  int refused() const { return refused_; }

 private:
  static inline const std::string kPath = (testing::kPolicyData / "valid/spoilt.yaml").string();
  testing::JsonSchema schema_;
  int taken_ = 0;
  int refused_ = 0;
};

TEST_CASE("the schema and the loader agree on a policy with every key") {
  Agreement agreement;
  agreement.Check(EveryKey(), "whole");
  CHECK(agreement.taken() == 1);
}

TEST_CASE("the schema and the loader agree on each value in each place") {
  Agreement agreement;
  const std::vector<json> values = Values();
  const json whole = EveryKey();
  for (const json::json_pointer& place : Places()) {
    for (const json& value : values) {
      json policy = whole;
      policy[place] = value;
      agreement.Check(policy, place.to_string() + " = " + value.dump());
    }
  }
  CHECK(agreement.taken() > 1000);
  CHECK(agreement.refused() > 1000);
}

TEST_CASE("the schema and the loader agree where a key is missing or one is too many") {
  Agreement agreement;
  const json whole = EveryKey();
  for (const json::json_pointer& place : Places()) {
    if (!whole[place].is_object()) continue;
    for (const auto& [key, value] : whole[place].items()) {
      json policy = whole;
      policy[place].erase(key);
      agreement.Check(policy, place.to_string() + " without " + key);
      policy[place] = {{key, value}};
      agreement.Check(policy, place.to_string() + " with nothing but " + key);
    }
    for (const char* key : {"", "x", "cn", "a\nb", "*", "/a.*", "mode", "id"}) {
      for (const json& value :
           {json("a"), json::array({{{"cn", "a"}}}), whole["methods"]["/a.B/C"]}) {
        json policy = whole;
        if (!policy[place].emplace(key, value).second) continue;
        agreement.Check(policy, place.to_string() + " with " + key + " too");
      }
    }
  }
  CHECK(agreement.taken() > 20);
  CHECK(agreement.refused() > 20);
}

}  // namespace
}  // namespace certgate
