#include <certgate/policy.h>
#include <sys/resource.h>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>

// Usage: policy_load_cost FILE
// Loads a policy and prints what that cost, for tests that must not measure themselves:
// ENTRIES SECONDS PEAK_KIB. Exits with 1 and the diagnostics if the policy is not valid.
int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: policy_load_cost FILE\n", stderr);
    return 2;
  }
  const auto begin = std::chrono::steady_clock::now();
  const certgate::PolicyLoad load = certgate::LoadPolicy(argv[1]);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const std::size_t entries = load.policy == nullptr ? 0 : load.policy->entry_count();
  std::printf("%zu %.2f %ld\n", entries, took.count(), usage.ru_maxrss);
  if (load.policy == nullptr) std::fputs(certgate::Render(load.diagnostics).c_str(), stderr);
  return load.policy == nullptr ? 1 : 0;
}
