#include <filesystem>
#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/policy/load_support.h"

namespace certgate {
namespace {

// The form of the `.expected` files: `LINE:COLUMN: error: MESSAGE`, and the hint on a line of its
// own, indented. Messages name CA files by their whole path, which differs from machine to machine.
std::string WithoutFolder(std::string message) {
  const std::string folder = (testing::kPolicyData / "malformed/").string();
  const std::size_t begin = message.find(folder);
  return begin == std::string::npos ? message : message.erase(begin, folder.size());
}

std::string Describe(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    out += std::to_string(diagnostic.location.line) + ":" +
           std::to_string(diagnostic.location.column) + ": " +
           (diagnostic.severity == Diagnostic::Severity::kError ? "error: " : "not an error: ") +
           WithoutFolder(diagnostic.message) + "\n";
    if (!diagnostic.hint.empty()) out += "    " + diagnostic.hint + "\n";
  }
  return out;
}

TEST_CASE("each malformed policy gets the expected diagnostics and no policy") {
  const std::vector<std::filesystem::path> files = testing::PolicyFiles("malformed");
  CHECK(files.size() >= 200);
  for (const std::filesystem::path& file : files) {
    INFO(file.filename().string());
    const PolicyLoad load = LoadPolicy(file.string());
    CHECK(load.policy == nullptr);
    std::filesystem::path expected = file;
    expected.replace_extension(".expected");
    CHECK(Describe(load.diagnostics) == testing::ReadBytes(expected));
  }
}

TEST_CASE("each expectation belongs to a malformed policy") {
  for (const auto& entry :
       std::filesystem::directory_iterator(testing::kPolicyData / "malformed")) {
    std::filesystem::path policy = entry.path();
    policy.replace_extension(".yaml");
    INFO(entry.path().string());
    CHECK(std::filesystem::exists(policy));
  }
}

TEST_CASE("each diagnostic carries the file and the source line") {
  const std::string path = (testing::kPolicyData / "malformed/utf8-columns.yaml").string();
  const PolicyLoad load = LoadPolicy(path);
  REQUIRE(load.diagnostics.size() == 1);
  CHECK(load.diagnostics[0].file == path);
  CHECK(load.diagnostics[0].source_line == "      - { ou: Zahlungsverkehr-Größe, cnn: a-client }");
}

}  // namespace
}  // namespace certgate
