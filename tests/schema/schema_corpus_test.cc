#include <certgate/policy.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>

#include "tests/schema/json_schema.h"
#include "tests/schema/yaml_as_json.h"
#include "tests/support/catch2.h"
#include "tests/unit/policy/load_support.h"

namespace certgate {
namespace {

enum class Verdict { kAccepted, kNotYaml, kRefusedBySchema };

Verdict Check(testing::JsonSchema& schema, const std::string& text, std::string& findings) {
  try {
    for (const nlohmann::json& document : testing::YamlAsJson(text)) {
      findings += schema.Findings(document);
    }
  } catch (const YAML::Exception& e) {
    findings = e.what();
    return Verdict::kNotYaml;
  } catch (const std::domain_error& e) {
    findings = e.what();
    return Verdict::kNotYaml;
  }
  return findings.empty() ? Verdict::kAccepted : Verdict::kRefusedBySchema;
}

// `FILE: reason` on each line that is neither empty nor a comment.
std::set<std::string> ListedDifferences() {
  std::istringstream lines(testing::ReadBytes(testing::kPolicyData / "schema_differences.txt"));
  std::set<std::string> files;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t colon = line.find(": ");
    INFO(line);
    REQUIRE(colon != std::string::npos);
    CHECK(line.size() > colon + 2);
    CHECK(files.insert(line.substr(0, colon)).second);  // listed once
  }
  return files;
}

// The examples of a page that begin with a key of a policy: between "```yaml" and "```".
std::vector<std::string> ExamplesOf(const std::filesystem::path& page) {
  std::istringstream lines(testing::ReadBytes(page));
  std::vector<std::string> examples;
  bool is_inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line == "```yaml") {
      examples.emplace_back();
      is_inside = true;
    } else if (line == "```") {
      is_inside = false;
    } else if (is_inside) {
      examples.back() += line + "\n";
    }
  }
  return examples;
}

TEST_CASE("the schema takes each valid policy and the sample policy") {
  testing::JsonSchema schema;
  const std::vector<std::filesystem::path> files = testing::WholePolicies();
  CHECK(files.size() >= 20);
  for (const std::filesystem::path& file : files) {
    INFO(file.string());
    CHECK(LoadPolicy(file.string()).policy != nullptr);
    std::string findings;
    CHECK(Check(schema, testing::ReadBytes(file), findings) == Verdict::kAccepted);
    CHECK(findings == "");
  }
}

TEST_CASE("the schema refuses each malformed policy but for the listed differences") {
  testing::JsonSchema schema;
  std::set<std::string> listed = ListedDifferences();
  std::map<Verdict, int> count;
  for (const std::filesystem::path& file : testing::PolicyFiles("malformed")) {
    const std::string name = file.filename().string();
    INFO(name);
    CHECK(LoadPolicy(file.string()).policy == nullptr);
    std::string findings;
    const Verdict verdict = Check(schema, testing::ReadBytes(file), findings);
    ++count[verdict];
    INFO(findings);
    // A policy that the schema takes must be listed, and one that it refuses must not.
    CHECK((listed.erase(name) == 1) == (verdict == Verdict::kAccepted));
  }
  for (const std::string& name : listed) FAIL_CHECK("listed, but no such file: " << name);
  std::cout << "of the malformed policies the schema refuses " << count[Verdict::kRefusedBySchema]
            << ", the YAML reader " << count[Verdict::kNotYaml] << ", certgate alone "
            << count[Verdict::kAccepted] << "\n";
}

TEST_CASE("the schema takes the examples of the documents") {
  testing::JsonSchema schema;
  std::size_t policies = 0;
  for (const char* page : {"README.md", "docs/policy.md"}) {
    for (const std::string& example :
         ExamplesOf(std::filesystem::path(CERTGATE_SOURCE_DIR) / page)) {
      INFO(page << ":\n" << example);
      for (nlohmann::json document : testing::YamlAsJson(example)) {
        const bool is_policy = document.is_object() && document.contains("methods");
        if (!is_policy) continue;
        ++policies;
        document.emplace("version", 1);  // Some examples show a part of a policy.
        document.emplace("name", "example");
        CHECK(schema.Findings(document) == "");
      }
    }
  }
  CHECK(policies >= 3);
}

TEST_CASE("the schema names no key for itself, since the loader refuses it") {
  testing::JsonSchema schema;
  nlohmann::json policy = testing::YamlAsJson(testing::WithEntry("cn: a"))[0];
  CHECK(schema.Accepts(policy));
  policy["$schema"] = "./policy.schema.json";
  CHECK_FALSE(schema.Accepts(policy));
  CHECK(ParsePolicy(policy.dump(), "policy.json").policy == nullptr);
  policy.erase("$schema");
  CHECK(ParsePolicy(policy.dump(), "policy.json").policy != nullptr);
}

}  // namespace
}  // namespace certgate
