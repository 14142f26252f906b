#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "src/policy/policy_source.h"
#include "src/yaml/input_file.h"
#include "tests/support/catch2.h"
#include "tests/unit/policy/load_support.h"

namespace certgate {
namespace {

using Read = std::variant<std::string, Problem>;

const std::string kTwoAuthorities =
    "version: 1\nname: greeter\n"
    "authorities: { corp: { ca_file: ca.crt }, partner: { ca_file: /else/partner.crt } }\n"
    "methods: { /helloworld.Greeter/SayHello: { allow: [ { cn: my-grpc-client } ] } }\n...\n";

// Certificates of the test data by the names that the policy gives them.
Read ReadFromMemory(const std::string& path, std::string_view) {
  const bool is_corp = path == "/memory/ca.crt";
  return testing::ReadBytes(testing::kPolicyData / "cas" /
                            (is_corp ? "corp-ca.crt" : "partner-ca.crt"));
}

TEST_CASE("CA files are asked of the reader once each and nowhere else") {
  std::vector<std::string> asked;
  const FileReader read = [&](const std::string& path, std::string_view what) {
    asked.push_back(std::string(what) + ' ' + path);
    return ReadFromMemory(path, what);
  };
  const PolicyLoad load = ParsePolicy(kTwoAuthorities, "/memory/policy.yaml", read);
  REQUIRE(load.policy != nullptr);
  CHECK(load.policy->authorities().size() == 2);
  CHECK(asked == std::vector<std::string>{"CA file /memory/ca.crt", "CA file /else/partner.crt"});
  asked.clear();
  CHECK(ParsePolicySource(kTwoAuthorities, "/memory/policy.yaml", read).policy != nullptr);
  CHECK(asked.size() == 2);
}

TEST_CASE("what the reader cannot give refuses the policy at the place that names it") {
  const FileReader read = [](const std::string&, std::string_view) -> Read {
    return Problem{"cannot read it: no such file", "look for it"};
  };
  const PolicyLoad load = ParsePolicy(kTwoAuthorities, "/memory/policy.yaml", read);
  CHECK(load.policy == nullptr);
  REQUIRE(load.diagnostics.size() == 2);
  CHECK(load.diagnostics[0].message == "cannot read it: no such file");
  CHECK(load.diagnostics[0].location.line == 3);
}

TEST_CASE("a reader that throws or is empty refuses the policy") {
  const FileReader throws = [](const std::string&, std::string_view) -> Read {
    throw std::runtime_error("the disk is on fire");
  };
  const PolicyLoad load = ParsePolicy(kTwoAuthorities, "/memory/policy.yaml", throws);
  CHECK(load.policy == nullptr);
  REQUIRE(load.diagnostics.size() == 1);
  CHECK_THAT(load.diagnostics[0].message,
             Catch::Matchers::ContainsSubstring("the disk is on fire"));
  CHECK(ParsePolicySource(kTwoAuthorities, "/memory/policy.yaml", throws).policy == nullptr);
  CHECK(ParsePolicy(kTwoAuthorities, "/memory/policy.yaml", FileReader()).policy == nullptr);
}

}  // namespace
}  // namespace certgate
