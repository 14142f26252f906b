// Reads any bytes as a file of policy tests. Nothing may crash; without an error the tests keep
// their promises.

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "src/analysis/policy_test_file.h"
#include "src/yaml/diagnostic_log.h"
#include "tests/fuzz/require.h"

using certgate::fuzz::CheckDiagnostic;
using certgate::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  certgate::DiagnosticLog log(text, "tests.yaml");
  const certgate::PolicyTestFile file = certgate::ReadPolicyTestFile(log);
  const bool is_valid = log.error_count() == 0;
  for (const certgate::Diagnostic& diagnostic : std::move(log).Finish()) {
    CheckDiagnostic(diagnostic);
  }
  if (!is_valid) return 0;
  Require(!file.tests.empty(), "a valid file has a test");
  std::set<std::string> names;
  for (const certgate::PolicyTest& test : file.tests) {
    Require(names.insert(test.name).second, "names are unique");
    Require(!test.methods.empty(), "a test has a method");
    Require(test.attributes.empty() != test.certificate.text.empty(),
            "a caller has either attributes or a certificate");
  }
  return 0;
}
