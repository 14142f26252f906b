// What one decision costs in memory: of a certificate that is known, and of one that is not.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "src/authorization/grounds.h"
#include "src/authorization/known_caller.h"
#include "src/authorization/rcu_cell.h"
#include "src/authorization/snapshot.h"
#include "src/identity/identity_cache.h"
#include "tests/bench/figures.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/counting_allocator.h"
#include "tests/support/trust.h"

namespace certgate::bench {
namespace {

constexpr std::string_view kMethod = "/acme.Shop/Buy";
constexpr std::uint32_t kNumber = 1;
// So many that no certificate of a round is known from the round before.
constexpr std::size_t kStrangers = 512;

/// What an authorizer holds between two calls.
class Scene {
 public:
  Scene() {
    const auto policy = ParsePolicy(
                            "version: 1\nname: shop\nmethods:\n  /acme.Shop/Buy:\n    allow:\n"
                            "      - cn: ada\n...\n",
                            "policy.yaml")
                            .policy;
    auto snapshot = std::make_unique<Snapshot>();
    snapshot->generation = 1;
    snapshot->policy = policy;
    snapshot->trust = testing::TrustIn(authority_.certificate_pem(), *policy);
    static_cast<void>(snapshot_.Exchange(std::move(snapshot)));
    for (std::size_t i = 0; i < kStrangers; ++i) {
      strangers_.push_back(authority_.Issue("CN=ada").certificate_pem);
    }
  }

  // As `Authorizer::Authorize` does it before it makes a record. False for a refusal.
  bool DecideWarm() {
    const auto caller = callers_.Find(ada_, authority_.certificate_pem());
    const absl::Time now = absl::Now();
    const auto snapshot = snapshot_.Read();
    auto grounds = caller->Recall(kNumber, kMethod, snapshot->generation, now);
    if (grounds == nullptr) {
      grounds = std::make_shared<Grounds>(Decide(*snapshot, caller.get(), kMethod, now));
      caller->Remember(kNumber, grounds);
    }
    return grounds->code == absl::StatusCode::kOk;
  }

  // Reads a certificate that was not seen before, and puts it into words.
  bool ReadCold() {
    const auto caller = few_callers_.Find(strangers_[next_], "");
    next_ = (next_ + 1) % strangers_.size();
    return caller->reading()->identity != nullptr;
  }

 private:
  const testing::CertificateAuthority authority_{"bench CA"};
  const std::string ada_ = authority_.Issue("CN=ada,OU=buyers,O=Acme").certificate_pem;
  std::vector<std::string> strangers_;
  std::size_t next_ = 0;
  RcuCell<Snapshot> snapshot_;
  IdentityCache<KnownCaller> callers_{64};
  IdentityCache<KnownCaller> few_callers_{1};
};

void Run(benchmark::State& state, bool (Scene::*step)()) {
  static Scene scene;
  for (auto _ : state) {
    if (!(scene.*step)()) std::abort();
  }
}

long AllocationsOfWarm() {
  Scene scene;
  scene.DecideWarm();
  const long before = testing::allocations;
  for (int i = 0; i < 1000; ++i) scene.DecideWarm();
  return testing::allocations - before;
}

int Main(int argc, char** argv) {
  benchmark::RegisterBenchmark("warm",
                               [](benchmark::State& state) { Run(state, &Scene::DecideWarm); });
  benchmark::RegisterBenchmark("cold",
                               [](benchmark::State& state) { Run(state, &Scene::ReadCold); });
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  Figures figures;
  benchmark::RunSpecifiedBenchmarks(&figures);
  std::printf("{\"warm_ns\": %.1f, \"warm_allocations\": %.3f, \"cold_us\": %.2f}\n",
              figures.Get("warm"), static_cast<double>(AllocationsOfWarm()) / 1000,
              figures.Get("cold") / 1000);
  return 0;
}

}  // namespace
}  // namespace certgate::bench

int main(int argc, char** argv) { return certgate::bench::Main(argc, argv); }
