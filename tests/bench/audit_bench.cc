// What an audit trail costs: the CPU of one decision with its record, and what group commit brings.

#include <certgate/audit_log.h>
#include <certgate/authorizer.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <semaphore>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/certificate_minter.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/trust.h"

namespace certgate::bench {
namespace {

using testing::CertificateAuthority;
using testing::ScratchDirectory;

constexpr char kPolicy[] =
    "version: 1\n"
    "name: shop\n"
    "methods:\n"
    "  /acme.Shop/Buy:\n"
    "    allow:\n"
    "      - { cn: ada, id: buyers, owner: shop@acme.example, reason: JIRA-42 }\n";

void Require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "audit_bench: %s\n", what);
  std::exit(1);
}

double CpuSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// An authorizer in front of one trail, and a caller that it admits.
class Scene {
 public:
  explicit Scene(Durability durability) {
    AuditOptions options;
    options.places.push_back({.sink = *OpenAuditFile({.path = scratch_.PathOf("audit.jsonl")})});
    options.service = {"audit-bench", "0"};
    options.durability = durability;
    const std::shared_ptr<const Policy> policy = ParsePolicy(kPolicy, "policy.yaml").policy;
    authorizer_ =
        *Authorizer::Create({.policy = policy,
                             .trust = testing::TrustIn(authority_.certificate_pem(), *policy),
                             .audit_log = *AuditLog::Create(std::move(options))});
    method_ = authorizer_->NumberOf("/acme.Shop/Buy");
  }

  void Call() const { Require(authorizer_->Authorize(facts()).admitted(), "a call was refused"); }

  // As a callback service does: does not wait, and frees the slot once the record is safe.
  void BeginCall(std::counting_semaphore<>& slots) const {
    slots.acquire();
    const Authorization authorization = authorizer_->Authorize(facts(), [&slots](bool is_recorded) {
      Require(is_recorded, "a record was lost");
      slots.release();
    });
    Require(authorization.may_be_admitted(), "a call was refused");
    if (!authorization.is_pending) slots.release();
  }

 private:
  CallFacts facts() const {
    return {.path = "/acme.Shop/Buy",
            .verified_certificate_pem = caller_.certificate_pem,
            .peer_address = "ipv4:127.0.0.1:46924",
            .method = method_};
  }

  const ScratchDirectory scratch_;
  const CertificateAuthority authority_{"bench CA"};
  const testing::MintedCertificate caller_ = authority_.Issue("CN=ada,OU=buyers,O=Acme");
  std::shared_ptr<Authorizer> authorizer_;
  std::uint32_t method_ = 0;
};

double MicrosecondsOfCpu(const Scene& scene, int calls) {
  const double start = CpuSeconds();
  for (int i = 0; i < calls; ++i) scene.Call();
  return (CpuSeconds() - start) / calls * 1e6;
}

double CallsPerSecond(const Scene& scene, int threads, int calls_each) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t) {
    all.emplace_back([&scene, calls_each] {
      for (int i = 0; i < calls_each; ++i) scene.Call();
    });
  }
  for (std::thread& thread : all) thread.join();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return threads * calls_each / seconds.count();
}

// Two threads that begin calls, and so many calls that wait for their records.
double CallsPerSecondInFlight(const Scene& scene, int in_flight, int calls_each) {
  std::counting_semaphore<> slots(in_flight);
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> all;
  for (int t = 0; t < 2; ++t) {
    all.emplace_back([&] {
      for (int i = 0; i < calls_each; ++i) scene.BeginCall(slots);
    });
  }
  for (std::thread& thread : all) thread.join();
  for (int i = 0; i < in_flight; ++i) slots.acquire();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return 2 * calls_each / seconds.count();
}

void MeasureWrite(int calls) {
  const Scene scene(Durability::kWrite);
  MicrosecondsOfCpu(scene, calls / 10);  // fills the caches
  std::vector<double> costs;
  for (int round = 0; round < 7; ++round) costs.push_back(MicrosecondsOfCpu(scene, calls));
  std::printf("write: a decision with its record takes %.2f us of CPU (median of 7 x %d)\n",
              Median(costs), calls);
}

void MeasureFsync(int calls_each) {
  constexpr int kInFlight = 64;
  const Scene scene(Durability::kFsync);
  std::vector<double> sync_ratios;
  std::vector<double> callback_ratios;
  double alone = 0;
  double threads = 0;
  double callbacks = 0;
  for (int round = 0; round < 5; ++round) {
    alone = CallsPerSecond(scene, 1, calls_each);
    threads = CallsPerSecond(scene, kInFlight, calls_each);
    callbacks = CallsPerSecondInFlight(scene, kInFlight, calls_each * kInFlight / 2);
    sync_ratios.push_back(threads / alone);
    callback_ratios.push_back(callbacks / alone);
  }
  std::printf("fsync: one sync per call, %.0f calls a second\n", alone);
  std::printf("fsync: 64 threads that wait (sync API), %.0f a second: x%.1f (median of 5)\n",
              threads, Median(sync_ratios));
  std::printf("fsync: 64 calls that wait (callback API), %.0f a second: x%.1f (median of 5)\n",
              callbacks, Median(callback_ratios));
}

}  // namespace
}  // namespace certgate::bench

// Usage: audit_bench [CALLS [write|fsync]]: how many calls are measured at a time, and what alone.
int main(int argc, char** argv) {
  const int calls = argc > 1 ? std::atoi(argv[1]) : 100'000;
  // As greeter-server does, and each server that does not want to end with a full quota.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  certgate::bench::Require(calls >= 100, "give a number of calls, 100 or more");
  const std::string_view only = argc > 2 ? argv[2] : "";
  if (only != "fsync") certgate::bench::MeasureWrite(calls);
  if (only != "write") certgate::bench::MeasureFsync(std::max(10, calls / 500));
  return 0;
}
