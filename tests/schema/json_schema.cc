#include "tests/schema/json_schema.h"

#include <fstream>
#include <stdexcept>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace certgate::testing {
namespace {

using Adapter = valijson::adapters::NlohmannJsonAdapter;

nlohmann::json ReadSchema(const std::string& name) {
  const std::string path = std::string(CERTGATE_SOURCE_DIR) + "/" + name;
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  return nlohmann::json::parse(in);
}

}  // namespace

const nlohmann::json& PolicySchema() {
  static const nlohmann::json schema = ReadSchema("policy/policy.schema.json");
  return schema;
}

const nlohmann::json& RecordSchema() {
  static const nlohmann::json schema = ReadSchema("config/audit-record.schema.json");
  return schema;
}

nlohmann::json PartOfPolicySchema(const nlohmann::json& part) {
  return {{"allOf", nlohmann::json::array({part})}, {"definitions", PolicySchema()["definitions"]}};
}

struct JsonSchema::Compiled {
  explicit Compiled(const nlohmann::json& json) {
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(Adapter(json), schema);
  }
  valijson::Schema schema;
  valijson::Validator validator{valijson::Validator::kStrongTypes};  // keeps the regexes
};

JsonSchema::JsonSchema(const nlohmann::json& schema)
    : compiled_(std::make_unique<Compiled>(schema)) {}
JsonSchema::~JsonSchema() = default;

bool JsonSchema::Accepts(const nlohmann::json& value) {
  return compiled_->validator.validate(compiled_->schema, Adapter(value), nullptr);
}

std::string JsonSchema::Findings(const nlohmann::json& value) {
  valijson::ValidationResults results;
  if (compiled_->validator.validate(compiled_->schema, Adapter(value), &results)) return "";
  std::string findings;
  for (const auto& error : results) {
    for (const std::string& step : error.context) findings += step;
    findings += ": " + error.description + "\n";
  }
  return findings.empty() ? "refused without a word\n" : findings;
}

}  // namespace certgate::testing
