#ifndef CERTGATE_TESTS_UNIT_POLICY_LOAD_SUPPORT_H_
#define CERTGATE_TESTS_UNIT_POLICY_LOAD_SUPPORT_H_

#include <certgate/diagnostic.h>
#include <certgate/policy.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "src/policy/document.h"
#include "src/policy/load_reader.h"
#include "src/yaml/diagnostic_log.h"
#include "src/yaml/input_file.h"
#include "src/yaml/reader.h"

namespace certgate::testing {

inline const std::filesystem::path kPolicyData =
    std::filesystem::path(CERTGATE_SOURCE_DIR) / "tests/data/policies";

inline std::string ReadBytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The policy files of a folder below tests/data/policies, in the order of their names.
inline std::vector<std::filesystem::path> PolicyFiles(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kPolicyData / folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// All policy files that are known to be valid: those of the tests, and the one that is shipped.
inline std::vector<std::filesystem::path> WholePolicies() {
  std::vector<std::filesystem::path> files = PolicyFiles("valid");
  files.push_back(std::filesystem::path(CERTGATE_SOURCE_DIR) / "policy/policy.yaml");
  return files;
}

/// The document that the loader makes of a valid text, before it is compiled. CA files are relative
/// to the folder of `file`.
inline PolicyDocument DocumentOf(const std::string& text, const std::string& file = "test.yaml") {
  DiagnosticLog log(text, file);
  PolicyReader reader(log, file, ReadInputFile);
  if (ReadYaml(reader, log)) reader.CheckWhole();
  if (log.error_count() > 0) throw std::runtime_error(Render(std::move(log).Finish()));
  return reader.TakeDocument();
}

/// A policy with one method and `entry` as its only allow entry.
inline std::string WithEntry(const std::string& entry) {
  return "version: 1\nname: greeter\nmethods:\n  /helloworld.Greeter/SayHello:\n    allow:\n"
         "      - " +
         entry + "\n";
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_POLICY_LOAD_SUPPORT_H_
