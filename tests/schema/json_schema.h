#ifndef CERTGATE_TESTS_SCHEMA_JSON_SCHEMA_H_
#define CERTGATE_TESTS_SCHEMA_JSON_SCHEMA_H_

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace certgate::testing {

/// The published schema of the policy, policy/policy.schema.json.
const nlohmann::json& PolicySchema();

/// That of an audit record, config/audit-record.schema.json.
const nlohmann::json& RecordSchema();

/// `part` of the schema of the policy, with the definitions that it may refer to.
nlohmann::json PartOfPolicySchema(const nlohmann::json& part);

/// A JSON Schema (draft-07) that is ready to be asked.
class JsonSchema {
 public:
  explicit JsonSchema(const nlohmann::json& schema = PolicySchema());
  ~JsonSchema();
  JsonSchema(const JsonSchema&) = delete;
  JsonSchema& operator=(const JsonSchema&) = delete;

  bool Accepts(const nlohmann::json& value);
  /// What is wrong with `value`, one finding a line; empty if nothing is.
  std::string Findings(const nlohmann::json& value);

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SCHEMA_JSON_SCHEMA_H_
