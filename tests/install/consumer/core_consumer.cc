// Decides one call with the installed certgate::core.
#include <absl/time/clock.h>
#include <certgate/policy.h>

#include <cstdio>

int main() {
  const certgate::PolicyLoad load = certgate::ParsePolicy(
      "version: 1\n"
      "name: consumer\n"
      "methods:\n"
      "  /acme.Orders/Place:\n"
      "    allow:\n"
      "      - cn: shop\n",
      "consumer.yaml");
  if (load.policy == nullptr) {
    std::fputs(certgate::Render(load.diagnostics).c_str(), stderr);
    return 1;
  }
  certgate::PeerIdentity caller;
  caller.standing = certgate::ChainStanding::kProven;
  caller.common_name = "shop";
  caller.certificate.not_before = absl::InfinitePast();
  caller.certificate.not_after = absl::InfiniteFuture();
  const certgate::Decision listed = load.policy->Decide(caller, "/acme.Orders/Place", absl::Now());
  const certgate::Decision unlisted =
      load.policy->Decide(caller, "/acme.Orders/Cancel", absl::Now());
  return listed.effect == certgate::Effect::kAllow && unlisted.effect == certgate::Effect::kDeny
             ? 0
             : 1;
}
