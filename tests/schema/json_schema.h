#ifndef CERTGATE_TESTS_SCHEMA_JSON_SCHEMA_H_
#define CERTGATE_TESTS_SCHEMA_JSON_SCHEMA_H_

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace certgate::testing {

/// The published schema of the policy, policy/policy.schema.json.
const nlohmann::json& PolicySchema();

/// A JSON Schema (draft-07), or a part of one.
class JsonSchema {
 public:
  /// The whole schema of the policy.
  JsonSchema();
  /// `part` of the schema of the policy: may refer to the schema's definitions.
  explicit JsonSchema(const nlohmann::json& part);
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
