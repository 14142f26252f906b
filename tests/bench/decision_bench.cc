#include <benchmark/benchmark.h>
#include <certgate/policy.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/bench_policies.h"
#include "tests/bench/figures.h"

// What one decision costs in policies of 1, 1,000 and 100,000 entries, for 128 callers in turn.
namespace certgate::bench {
namespace {

constexpr int kLengths[] = {1, 1'000, 100'000};

std::string NameOf(const Case& bench, int entries) {
  return bench.name + "/" + std::to_string(entries);
}

void RequireReason(const Case& bench, const Policy& policy,
                   const std::vector<PeerIdentity>& callers) {
  for (const PeerIdentity& caller : callers) {
    if (policy.Decide(caller, kPath, kNow).reason == bench.expected) continue;
    std::fprintf(stderr, "`%s`: the policy decides otherwise\n", bench.name.c_str());
    std::exit(1);
  }
}

// What one benchmark measures. The library calls a benchmark several times with more and more
// iterations; the policy is loaded the first time only.
struct Prepared {
  std::shared_ptr<const Policy> policy;
  std::vector<PeerIdentity> callers;
};

const Prepared& Prepare(const Case& bench, int entries) {
  static std::string name;
  static Prepared prepared;
  if (const std::string wanted = NameOf(bench, entries); name != wanted) {
    prepared = {LoadOrDie(bench.policy_text(entries)), CallersFor(bench, entries)};
    RequireReason(bench, *prepared.policy, prepared.callers);
    name = wanted;
  }
  return prepared;
}

void Decide(benchmark::State& state, const Case& bench) {
  const auto& [policy, callers] = Prepare(bench, static_cast<int>(state.range(0)));
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(policy->Decide(callers[next], kPath, kNow));
    next = (next + 1) % callers.size();
  }
}

// Returns the greatest ratio.
double PrintTable(const std::vector<Case>& cases, const Figures& figures) {
  double worst = 0;
  std::printf("\n%-30s %9s %18s %18s\n", "nanoseconds per decision", "1 entry", "1,000 entries",
              "100,000 entries");
  for (const Case& bench : cases) {
    const double one = figures.Get(NameOf(bench, 1));
    std::printf("%-30s %9.0f", bench.name.c_str(), one);
    for (const int entries : {1'000, 100'000}) {
      const double many = figures.Get(NameOf(bench, entries));
      const double ratio = one > 0 ? many / one : 0;
      std::printf("  %8.0f (x%4.2f)", many, ratio);
      worst = std::max(worst, ratio);
    }
    std::printf("\n");
  }
  return worst;
}

// Bytes of the heap that are in use.
std::size_t InUse() {
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

// Of a policy with so many entries: how long it takes to load, and what of the memory it keeps.
void PrintLoad(int entries) {
  const std::string text = AllCases().front().policy_text(entries);
  const std::size_t before = InUse();
  const auto start = std::chrono::steady_clock::now();
  const auto policy = LoadOrDie(text);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  const double bytes =
      static_cast<double>(InUse() - before) / static_cast<double>(policy->entry_count());
  std::printf("{\"entries\": %zu, \"load_s\": %.2f, \"bytes_per_entry\": %.1f}\n",
              policy->entry_count(), seconds.count(), bytes);
}

int Main(int argc, char** argv) {
  // The last argument, if it is a number: the entries of the policy that is loaded at the end.
  const int asked = argc > 1 ? std::atoi(argv[argc - 1]) : 0;
  if (asked > 0) --argc;
  const int load_entries = asked > 0 ? asked : 100'000;
  const std::vector<Case> cases = AllCases();
  for (const Case& bench : cases) {
    auto* registered = benchmark::RegisterBenchmark(
        bench.name.c_str(), [&bench](benchmark::State& state) { Decide(state, bench); });
    for (const int entries : kLengths) registered->Arg(entries);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  Figures figures;
  benchmark::RunSpecifiedBenchmarks(&figures);
  const double worst = PrintTable(cases, figures);
  std::printf("decision_bench: a longer policy costs at most %.2f times as much as one entry\n",
              worst);
  PrintLoad(load_entries);
  return 0;
}

}  // namespace
}  // namespace certgate::bench

int main(int argc, char** argv) { return certgate::bench::Main(argc, argv); }
