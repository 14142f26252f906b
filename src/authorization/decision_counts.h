#ifndef CERTGATE_SRC_AUTHORIZATION_DECISION_COUNTS_H_
#define CERTGATE_SRC_AUTHORIZATION_DECISION_COUNTS_H_

#include <certgate/authorizer_figures.h>
#include <certgate/decision.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <vector>

#include "src/authorization/method_numbers.h"
#include "src/counting/striped_counter.h"

namespace certgate {

/// How often calls were decided in which way. Thread-safe.
class DecisionCounts {
 public:
  /// The counter of the decisions about the method `method` that are alike in effect, reason and
  /// mode; it lives as long as this object. Throws std::bad_alloc.
  StripedCounter& Of(std::uint32_t method, const Decision& decision);

  /// Counts a call of the method `method` that an error kept from being decided. Without memory for
  /// a counter of its own, under the method 0.
  void AddUndecided(std::uint32_t method) noexcept;

  /// All that are not 0, in the order of method, effect, reason and mode. What has a number that
  /// `methods` has not given is counted with the method 0.
  std::vector<DecisionCount> Read(const MethodNumbers& methods) const;

 private:
  using Key = std::tuple<std::uint32_t, Effect, Reason, Mode>;
  mutable std::mutex mutex_;
  std::map<Key, std::unique_ptr<StripedCounter>> counters_;  // guarded by mutex_
  StripedCounter& undecided_ = Of(0, Decision{});
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_DECISION_COUNTS_H_
