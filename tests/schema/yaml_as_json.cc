#include "tests/schema/yaml_as_json.h"

#include <yaml-cpp/yaml.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <regex>
#include <stdexcept>

namespace certgate::testing {
namespace {

using nlohmann::json;

constexpr int kMostDepth = 64;  // An alias may lead to the node that it stands in.

json Number(double value) {
  // JSON has one kind of number: 1.0 is the integer 1 (draft-07, section 6.1.1).
  constexpr double kExact = 9007199254740992.0;
  if (std::abs(value) <= kExact && value == std::floor(value)) {
    return static_cast<std::int64_t>(value);
  }
  return value;
}

// By the tag resolution of the core schema; null has been seen to already.
json Plain(const std::string& text) {
  static const std::regex kDecimal("[-+]?[0-9]+");
  static const std::regex kOctal("0o[0-7]+");
  static const std::regex kHex("0x[0-9a-fA-F]+");
  static const std::regex kFloat("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  static const std::regex kInfinity("[-+]?\\.(inf|Inf|INF)");
  static const std::regex kNan("\\.(nan|NaN|NAN)");
  const auto is = [&text](const std::regex& form) { return std::regex_match(text, form); };
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (is(kDecimal) || is(kFloat)) return Number(std::strtod(text.c_str(), nullptr));
  if (is(kOctal)) return Number(static_cast<double>(std::strtoull(text.c_str() + 2, nullptr, 8)));
  if (is(kHex)) return Number(static_cast<double>(std::strtoull(text.c_str() + 2, nullptr, 16)));
  if (is(kInfinity)) return std::numeric_limits<double>::infinity();
  if (is(kNan)) return std::numeric_limits<double>::quiet_NaN();
  return text;
}

json FromNode(const YAML::Node& node, int depth);

std::string Key(const YAML::Node& key) {
  if (key.IsNull()) return "null";  // Its text is lost; so do readers in JavaScript.
  if (!key.IsScalar()) throw std::domain_error("a key that is not a text");
  return key.Scalar();
}

bool IsMergeKey(const YAML::Node& key) {
  return key.IsScalar() && key.Scalar() == "<<" && key.Tag() == "?";
}

void Merge(json& object, const json& base) {
  if (base.is_array()) {
    for (const json& item : base) Merge(object, item);
  } else if (base.is_object()) {
    for (const auto& [key, value] : base.items()) object.emplace(key, value);
  }
}

json FromMap(const YAML::Node& map, int depth) {
  json object = json::object();
  for (const auto& pair : map) {
    if (!IsMergeKey(pair.first)) object[Key(pair.first)] = FromNode(pair.second, depth + 1);
  }
  for (const auto& pair : map) {
    if (IsMergeKey(pair.first)) Merge(object, FromNode(pair.second, depth + 1));
  }
  return object;
}

json FromNode(const YAML::Node& node, int depth) {
  if (depth > kMostDepth) throw std::domain_error("a node without an end");
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return node.Tag() == "?" ? Plain(node.Scalar()) : json(node.Scalar());
    case YAML::NodeType::Map:
      return FromMap(node, depth);
    case YAML::NodeType::Sequence: {
      json array = json::array();
      for (const auto& item : node) array.push_back(FromNode(item, depth + 1));
      return array;
    }
    default:
      return nullptr;
  }
}

}  // namespace

std::vector<json> YamlAsJson(const std::string& text) {
  std::vector<json> documents;
  for (const YAML::Node& document : YAML::LoadAll(text)) documents.push_back(FromNode(document, 0));
  if (documents.empty()) documents.emplace_back(nullptr);
  return documents;
}

}  // namespace certgate::testing
