#ifndef CERTGATE_TESTS_BENCH_FIGURES_H_
#define CERTGATE_TESTS_BENCH_FIGURES_H_

#include <benchmark/benchmark.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace certgate::bench {

/// Prints nothing while benchmarks run and keeps the fastest of the repetitions.
class Figures : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override {
    PrintBasicContext(&GetErrorStream(), context);
    return true;
  }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration) continue;
      const double nanoseconds = run.GetAdjustedCPUTime();
      double& kept = figures_.try_emplace(run.benchmark_name(), nanoseconds).first->second;
      kept = std::min(kept, nanoseconds);
    }
  }

  /// Nanoseconds of one iteration; 0 for a benchmark that did not run.
  double Get(const std::string& name) const {
    const auto found = figures_.find(name);
    return found == figures_.end() ? 0 : found->second;
  }

 private:
  std::map<std::string, double> figures_;
};

}  // namespace certgate::bench

#endif  // CERTGATE_TESTS_BENCH_FIGURES_H_
