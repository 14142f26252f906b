#ifndef CERTGATE_SRC_ANALYSIS_POLICY_COVERAGE_H_
#define CERTGATE_SRC_ANALYSIS_POLICY_COVERAGE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/analysis/explain.h"
#include "src/analysis/rules.h"
#include "src/policy/policy_source.h"

namespace certgate {

/// An entry of a policy, and whether a decision depended on it.
struct CoveredEntry {
  /// Borrowed from the policy.
  const Entry* entry = nullptr;
  /// "allow `payments-team`", "client `edge`, entry 2".
  std::string name;
  bool is_exercised = false;
};

/// Which entries of a policy have decided calls. An entry of a method or of `revoked` is exercised
/// when it decided one; an entry of a client set when by matching it made the deciding entry match.
class PolicyCoverage {
 public:
  /// Keeps a reference to `policy`.
  explicit PolicyCoverage(const PolicySource& policy);

  /// Counts a decision of this policy in.
  void Add(const Explanation& explanation);

  /// All entries, in the order of the file.
  std::vector<CoveredEntry> entries() const;
  std::size_t exercised_count() const;
  std::size_t entry_count() const { return rules_.size() + members_.size(); }
  const PolicySource& policy() const { return policy_; }

 private:
  void AddMembers(const Entry& entry, const std::vector<ConsideredMember>& considered,
                  std::vector<bool>& is_seen);

  const PolicySource& policy_;
  std::vector<CoveredEntry> rules_;
  // In the order of `Explanation::members`.
  std::vector<CoveredEntry> members_;
  // The first of each set's entries in `members_`.
  std::unordered_map<std::string_view, std::size_t> first_of_set_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_POLICY_COVERAGE_H_
