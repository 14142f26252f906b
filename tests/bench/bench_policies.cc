#include "tests/bench/bench_policies.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace certgate::bench {
namespace {

constexpr int kCallers = 128;
constexpr char kHead[] = "version: 1\nname: bench\n";
constexpr char kMethod[] = "methods:\n  /helloworld.Greeter/SayHello:\n";

std::string Number(int number) {
  const std::string digits = std::to_string(number);
  return std::string(6 - digits.size(), '0') + digits;
}

std::string List(const char* key, int entries, const std::function<std::string(int)>& entry) {
  std::string text = key;
  for (int i = 0; i < entries; ++i) text += "      - " + entry(i) + "\n";
  return text;
}

PeerIdentity Named(const std::string& name) {
  PeerIdentity caller;
  caller.standing = ChainStanding::kProven;
  caller.common_name = name;
  caller.organizational_units = {"payments"};
  caller.organizations = {"acme"};
  caller.dns_names = {name + ".acme.example"};
  caller.uris = {"spiffe://acme.example/ns/payments/sa/" + name};
  caller.certificate.serial_number = "0A1B2C3D4E5F60718293";
  caller.certificate.sha256 = std::string(64, 'a');
  caller.certificate.not_before = kNow - absl::Hours(1);
  caller.certificate.not_after = kNow + absl::Hours(1);
  return caller;
}

PeerIdentity Listed(int entry) { return Named("client-" + Number(entry)); }
PeerIdentity Unlisted(int entry) { return Named("stranger-" + Number(entry) + "-x"); }

std::string ByName(int i) { return "{ cn: client-" + Number(i) + " }"; }
std::string ByNameAndUnit(int i) {
  return "{ cn: client-" + Number(i) + ", ou: payments, o: acme }";
}
std::string ByPattern(int i) { return "{ cn: \"*-" + Number(i) + "\", ou: \"pay*\" }"; }
std::string ByUri(int i) {
  return "{ uri: \"spiffe://acme.example/*/*/sa/client-" + Number(i) + "\" }";
}

std::function<std::string(int)> Allowing(std::string (*entry)(int)) {
  return [entry](int entries) { return kHead + (kMethod + List("    allow:\n", entries, entry)); };
}

std::string WithDenyEntries(int entries) {
  return kHead + (kMethod + List("    deny:\n", entries, ByName)) +
         "    allow:\n      - any: true\n";
}

std::string WithClientSets(int entries) {
  std::string text = std::string(kHead) + "clients:\n";
  for (int i = 0; i < entries; ++i) {
    text += "  set-" + Number(i) + ":\n    - " + ByNameAndUnit(i) + "\n";
  }
  return text + kMethod +
         List("    allow:\n", entries, [](int i) { return "client: set-" + Number(i); });
}

}  // namespace

std::vector<Case> AllCases() {
  return {
      {"allowed by cn", Reason::kAllowed, Allowing(ByName), Listed},
      {"allowed by cn, ou and o", Reason::kAllowed, Allowing(ByNameAndUnit), Listed},
      {"allowed by a client set", Reason::kAllowed, WithClientSets, Listed},
      {"allowed by a cn pattern", Reason::kAllowed, Allowing(ByPattern), Listed},
      {"allowed by a uri pattern", Reason::kAllowed, Allowing(ByUri), Listed},
      {"no matching rule, by cn", Reason::kNoMatchingRule, Allowing(ByNameAndUnit), Unlisted},
      {"no matching rule, by pattern", Reason::kNoMatchingRule, Allowing(ByPattern), Unlisted},
      {"denied by a deny entry", Reason::kDeniedByRule, WithDenyEntries, Listed},
      {"allowed past deny entries", Reason::kAllowed, WithDenyEntries, Unlisted},
  };
}

std::shared_ptr<const Policy> LoadOrDie(const std::string& text) {
  PolicyLoad load = ParsePolicy(text, "bench.yaml");
  if (load.policy == nullptr) {
    std::fputs(Render(load.diagnostics).c_str(), stderr);
    std::exit(1);
  }
  return std::move(load.policy);
}

std::vector<PeerIdentity> CallersFor(const Case& bench, int entries) {
  std::vector<PeerIdentity> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.push_back(bench.caller(static_cast<int>(std::int64_t{i} * entries / kCallers)));
  }
  return callers;
}

}  // namespace certgate::bench
