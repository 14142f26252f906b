#ifndef CERTGATE_TESTS_BENCH_BENCH_POLICIES_H_
#define CERTGATE_TESTS_BENCH_BENCH_POLICIES_H_

#include <absl/time/time.h>
#include <certgate/peer_identity.h>
#include <certgate/policy.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace certgate::bench {

inline constexpr std::string_view kPath = "/helloworld.Greeter/SayHello";
inline constexpr absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

/// One kind of policy, at any length, and the callers that are put before it.
struct Case {
  std::string name;
  Reason expected;
  /// The text of a policy with `entries` entries (of methods or client sets).
  std::function<std::string(int entries)> policy_text;
  /// A caller that is decided by the entry number `entry` where one decides.
  std::function<PeerIdentity(int entry)> caller;
};

std::vector<Case> AllCases();

/// Loads a text, or ends the program with the diagnostics.
std::shared_ptr<const Policy> LoadOrDie(const std::string& text);

/// As many callers for every length of policy, spread evenly over its entries.
std::vector<PeerIdentity> CallersFor(const Case& bench, int entries);

}  // namespace certgate::bench

#endif  // CERTGATE_TESTS_BENCH_BENCH_POLICIES_H_
