#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "src/policy/load_keys.h"
#include "tests/schema/json_schema.h"
#include "tests/support/catch2.h"

namespace certgate {
namespace {

using nlohmann::json;
using Names = std::set<std::string>;

const json& Definition(const std::string& name) {
  return testing::PolicySchema()["definitions"].at(name);
}

Names Properties(const json& schema) {
  Names names;
  for (const auto& [name, property] : schema.at("properties").items()) names.insert(name);
  return names;
}

Names ToSet(std::span<const std::string_view> names) { return {names.begin(), names.end()}; }

// The keys that are not enough by themselves, and those of which one is needed.
Names NotEnough(const json& schema) {
  const json& names = schema.at("if").at("propertyNames").at("enum");
  return {names.begin(), names.end()};
}

Names OneNeeded(const json& schema) {
  Names names;
  for (const json& alternative : schema.at("then").at("anyOf")) {
    CHECK(alternative.at("required").size() == 1);
    names.insert(alternative.at("required").at(0).get<std::string>());
  }
  return names;
}

// Calls `visit(schema, path)` for each schema in `value`.
template <typename Visit>
void EachSchema(const json& value, const std::string& path, const Visit& visit) {
  if (value.is_object()) visit(value, path);
  for (const auto& [key, child] : value.items()) {
    const bool holds_data = key == "examples" || key == "enum" || key == "defaultSnippets";
    if (child.is_structured() && !holds_data) EachSchema(child, path + "/" + key, visit);
  }
}

const json& Resolved(const json& schema) {
  if (!schema.contains("$ref")) return schema;
  return testing::PolicySchema().at(
      json::json_pointer(schema.at("$ref").get<std::string>().substr(1)));
}

TEST_CASE("the schema and the loader know the same keys") {
  const KnownKeys known = AllKnownKeys();
  CHECK(Properties(testing::PolicySchema()) == ToSet(known.policy));
  CHECK(Properties(Definition("authority")) == ToSet(known.authority));
  CHECK(Properties(Definition("method")) == ToSet(known.method));
  CHECK(Properties(Definition("entry")) == ToSet(known.entry));
  CHECK(Properties(Definition("revokedEntry")) == ToSet(known.revoked));
  for (const char* field : {"nameValue", "dnsValue", "uriValue", "emailValue"}) {
    CHECK(Properties(Definition(field)) == ToSet(known.value));
  }
  for (const char* field : {"issuerValue", "clientValue", "serialValue", "sha256Value"}) {
    CHECK(Properties(Definition(field)) == Names{"exact"});
  }
}

TEST_CASE("each key is enough for an entry or is not") {
  for (const char* name : {"method", "entry", "revokedEntry"}) {
    INFO(name);
    const json schema = Definition(name);
    Names all = NotEnough(schema);
    const Names needed = OneNeeded(schema);
    CHECK(all.size() + needed.size() == Properties(schema).size());
    all.insert(needed.begin(), needed.end());
    CHECK(all == Properties(schema));
  }
}

bool IsSentence(const std::string& text) { return text.size() > 1 && text.ends_with('.'); }

TEST_CASE("each key has a description that ends with a full stop") {
  std::size_t count = 0;
  EachSchema(testing::PolicySchema(), "", [&count](const json& schema, const std::string& path) {
    if (!schema.contains("properties") || path.ends_with("properties")) return;
    for (const auto& [key, property] : schema.at("properties").items()) {
      INFO(path << " " << key);
      CHECK(IsSentence(Resolved(property).value("description", "")));
      ++count;
    }
  });
  CHECK(count >= 30);
}

// An editor shows the description of what stands under `allOf` in place of the key's own.
TEST_CASE("what keys have in common describes itself in a comment alone") {
  std::set<std::string> common;
  EachSchema(testing::PolicySchema(), "", [&common](const json& schema, const std::string&) {
    for (const json& part : schema.value("allOf", json::array())) {
      common.insert(part.value("$ref", ""));
      CHECK_FALSE(Resolved(part).contains("description"));
    }
  });
  CHECK(common.size() > 10);
  for (const auto& [name, definition] : testing::PolicySchema()["definitions"].items()) {
    INFO(name);
    const bool is_common = common.count("#/definitions/" + name) == 1;
    CHECK(IsSentence(definition.value(is_common ? "$comment" : "description", "")));
  }
}

TEST_CASE("a mapping with known keys takes no others") {
  std::size_t count = 0;
  EachSchema(testing::PolicySchema(), "", [&count](const json& schema, const std::string& path) {
    if (!schema.contains("properties") || path.ends_with("properties")) return;
    INFO(path);
    CHECK(schema.value("additionalProperties", true) == false);
    ++count;
  });
  CHECK(count >= 6);
}

TEST_CASE("each example and default in the schema is valid where it stands") {
  std::size_t count = 0;
  EachSchema(testing::PolicySchema(), "", [&count](const json& schema, const std::string& path) {
    if (path.empty() || path.ends_with("properties")) return;
    json values = schema.value("examples", json::array());
    if (schema.contains("default")) values.push_back(schema.at("default"));
    if (values.empty()) return;
    testing::JsonSchema alone(testing::PartOfPolicySchema(schema));
    for (const json& value : values) {
      INFO(path << ": " << value);
      CHECK(alone.Findings(value) == "");
      ++count;
    }
  });
  CHECK(count > 30);
}

}  // namespace
}  // namespace certgate
