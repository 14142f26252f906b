#ifndef CERTGATE_SRC_ANALYSIS_POLICY_COVERAGE_H_
#define CERTGATE_SRC_ANALYSIS_POLICY_COVERAGE_H_

#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/analysis/entry_place.h"
#include "src/analysis/explain.h"
#include "src/policy/policy_source.h"

namespace certgate {

/// Which entries of a policy have decided calls. An entry of a method or of `revoked` is exercised
/// when it decided one; an entry of a client set when by matching it made the deciding entry match.
class PolicyCoverage {
 public:
  /// Keeps a reference to `policy`.
  explicit PolicyCoverage(const PolicySource& policy);

  /// Counts a decision of this policy in.
  void Add(const Explanation& explanation);

  /// The entries that no decision depended on, in the order of the file.
  std::vector<EntryPlace> Unexercised() const;
  std::size_t exercised_count() const;
  std::size_t entry_count() const { return entries_.size(); }
  const PolicySource& policy() const { return policy_; }

 private:
  void AddMembers(const Entry& entry, const std::vector<ConsideredMember>& considered,
                  std::vector<bool>& is_seen);

  const PolicySource& policy_;
  // First the rules, in the order of their `RuleIndex`; from `first_member_` the entries of client
  // sets, in the order of `Explanation::members`.
  std::vector<EntryPlace> entries_;
  std::vector<bool> is_exercised_;
  std::size_t first_member_ = 0;
  // Where each set's entries begin, counted from `first_member_`.
  std::unordered_map<std::string_view, std::size_t> sets_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_POLICY_COVERAGE_H_
