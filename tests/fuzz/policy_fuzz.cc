// Reads any bytes as a policy file. Nothing may crash; there is a policy exactly if there is no
// error; every diagnostic can be rendered; what is decided can be explained.

#include <certgate/diagnostic.h>
#include <certgate/policy.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "src/analysis/clause.h"
#include "src/analysis/explain.h"
#include "src/policy/policy_source.h"
#include "tests/fuzz/require.h"

namespace {

using certgate::fuzz::CheckDiagnostic;
using certgate::fuzz::Require;

certgate::PeerIdentity Caller() {
  certgate::PeerIdentity caller;
  caller.standing = certgate::ChainStanding::kProven;
  caller.common_name = "my-grpc-client";
  caller.organizational_units = {"payments", "edge"};
  caller.dns_names = {"a.ACME.example"};
  caller.uris = {"spiffe://acme.example/ns/shop/sa/app"};
  caller.emails = {"app@acme.example"};
  caller.authorities = {{"corp", absl::InfinitePast(), absl::InfiniteFuture()}};
  caller.certificate.serial_number = "A1B2C";
  caller.certificate.not_before = absl::InfinitePast();
  caller.certificate.not_after = absl::InfiniteFuture();
  return caller;
}

void CheckExplanations(const certgate::PolicySource& source) {
  static const certgate::PeerIdentity caller = Caller();
  static const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  for (const char* path : {"/helloworld.Greeter/SayHello", "/a.S/M", "no path"}) {
    const certgate::Explanation explanation = certgate::Explain(source, caller, path, now);
    const certgate::Decision& decision = explanation.decision;
    Require(decision.reason != certgate::Reason::kInternalError, "every call is decided");
    Require(explanation.deciding.has_value() == decision.rule.has_value(), "the rule is found");
    bool has_match = false;
    for (const certgate::ConsideredRule& rule : explanation.considered) {
      if (decision.rule == rule.index) has_match = rule.matches;
    }
    Require(!decision.rule.has_value() || has_match, "the rule that decides matches");
    Require(!decision.nearest.has_value() || !explanation.nearest_miss.empty(),
            "what came near is described");
  }
  const certgate::Expander expander(source.document);
  for (const certgate::Rule& rule : certgate::RulesOf(source.document)) {
    Require(!expander.Expand(*rule.entry).empty(), "an entry has clauses");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  // CA files are found from the folder of the valid policies.
  const certgate::PolicySource load =
      certgate::ParsePolicySource(text, CERTGATE_SOURCE_DIR "/tests/data/policies/valid/p.yaml");
  Require((load.policy == nullptr) == certgate::HasErrors(load.diagnostics),
          "there is a policy exactly if there is no error");
  Require(load.diagnostics.size() <= 101, "diagnostics are limited");
  for (const certgate::Diagnostic& diagnostic : load.diagnostics) CheckDiagnostic(diagnostic);
  if (load.policy != nullptr) CheckExplanations(load);
  return 0;
}
