#include <filesystem>
#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/policy/load_support.h"

namespace certgate {
namespace {

TEST_CASE("each valid policy loads without errors") {
  const std::vector<std::filesystem::path> files = testing::PolicyFiles("valid");
  CHECK(files.size() >= 15);
  for (const std::filesystem::path& file : files) {
    const PolicyLoad load = LoadPolicy(file.string());
    INFO(file.filename().string() << "\n" << Render(load.diagnostics));
    CHECK(load.policy != nullptr);
    CHECK_FALSE(HasErrors(load.diagnostics));
  }
}

TEST_CASE("a policy tells its name and the hash of its bytes") {
  const PolicyLoad load = ParsePolicy(testing::WithEntry("cn: my-grpc-client"), "p.yaml");
  REQUIRE(load.policy != nullptr);
  CHECK(load.policy->name() == "greeter");
  CHECK(load.policy->version() ==
        "sha256:9b084e1f31b9d2607a5a32fa2743f96a114052eb232a24b5342749fb8088f34c");
  CHECK(load.policy->entry_count() == 1);
  CHECK(load.policy->issuer_gaps().count == 1);
}

TEST_CASE("each byte of the file counts for the version") {
  const std::string text = testing::WithEntry("cn: my-grpc-client");
  const PolicyLoad one = ParsePolicy(text, "p.yaml");
  const PolicyLoad other = ParsePolicy(text + "# a comment\n", "p.yaml");
  REQUIRE(one.policy != nullptr);
  REQUIRE(other.policy != nullptr);
  CHECK(one.policy->version() != other.policy->version());
}

TEST_CASE("a loaded policy decides") {
  const PolicyLoad load = LoadPolicy((testing::kPolicyData / "valid/all-features.yaml").string());
  REQUIRE(load.policy != nullptr);
  PeerIdentity caller;
  caller.standing = ChainStanding::kProven;
  caller.common_name = "my-grpc-client";
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  caller.certificate.not_before = now - absl::Hours(1);
  caller.certificate.not_after = now + absl::Hours(1);
  CHECK(load.policy->Decide(caller, "/helloworld.Greeter/SayHello", now).effect == Effect::kAllow);
  CHECK(load.policy->Decide(caller, "/helloworld.Greeter/Other", now).effect == Effect::kDeny);
  caller.common_name = "lost-laptop";
  CHECK(load.policy->Decide(caller, "/grpc.health.v1.Health/Check", now).reason ==
        Reason::kWouldDeny);
}

}  // namespace
}  // namespace certgate
