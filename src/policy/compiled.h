#ifndef CERTGATE_SRC_POLICY_COMPILED_H_
#define CERTGATE_SRC_POLICY_COMPILED_H_

#include <absl/time/time.h>
#include <certgate/decision.h>
#include <certgate/peer_identity.h>
#include <certgate/policy.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/identity/authority.h"
#include "src/policy/document.h"
#include "src/policy/entry_index.h"
#include "src/policy/entry_table.h"
#include "src/policy/held_values.h"
#include "src/policy/method_table.h"
#include "src/policy/pattern_index.h"
#include "src/policy/text_arena.h"
#include "src/policy/value_table.h"

namespace certgate {

/// How one entry fits a caller.
struct EntryInspection {
  EntryNumber entry = 0;
  /// The fields that do not hold, in the order of `Field`.
  std::vector<Field> failed;
  bool has_expired = false;

  bool matches() const { return failed.empty() && !has_expired; }
};

/// All that a decision may depend on.
struct PolicyInspection {
  /// The method patterns that match the path, the most specific first.
  std::vector<MethodNumber> methods;
  /// The pattern whose mode counts, if one of them has a mode.
  std::optional<MethodNumber> mode_method;
  /// The entries of `revoked`, then of each pattern `deny` and `allow`.
  std::vector<EntryInspection> rules;
  /// The entries of all client sets.
  std::vector<EntryInspection> members;
};

/// A policy in the form in which it decides: which method patterns match a path is looked up by the
/// path's own prefixes; which selector values hold for a caller, by the caller's texts; which
/// entries may match, by those values. Immutable and thread-safe.
class Policy::Compiled {
 public:
  /// See `CompilePolicy`.
  explicit Compiled(PolicyDocument document);
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;

  /// As `Policy::Decide`, but may throw std::bad_alloc. Adds to `work` what was looked at.
  Decision Decide(const PeerIdentity& caller, std::string_view path, absl::Time now,
                  DecisionWork& work) const;
  RuleDescription Describe(RuleIndex rule) const;
  /// What `Decide` looks at for this caller and path, all of it; slow, for tools.
  PolicyInspection Inspect(const PeerIdentity& caller, std::string_view path, absl::Time now) const;

  const std::string& name() const { return name_; }
  const std::string& version() const { return version_; }
  std::size_t entry_count() const { return entries_.size(); }
  const IssuerGaps& issuer_gaps() const { return issuer_gaps_; }
  absl::Time next_expiry(absl::Time after) const;
  const std::vector<Authority>& authorities() const { return authorities_; }

 private:
  class Evaluation;

  // The groups of entries: two for each method, in the order of the file, then `revoked`, then the
  // client sets.
  static GroupNumber AllowGroup(MethodNumber method) { return 2 * method; }
  static GroupNumber DenyGroup(MethodNumber method) { return 2 * method + 1; }
  GroupNumber RevokedGroup() const { return static_cast<GroupNumber>(2 * methods_.size()); }
  GroupNumber FirstClientGroup() const { return RevokedGroup() + 1; }
  /// The entries of methods and of `revoked`: those that a decision can name.
  EntryNumber RuleCount() const;

  Mode ModeOf(const MatchingMethods& methods) const;
  bool IsVouchedFor(const PeerIdentity& caller, absl::Time now) const;
  std::string PlaceOf(RuleIndex rule) const;
  void AddEntries(PolicyDocument& document);
  void FileEntries();

  const std::string name_;
  const std::string version_;
  const Mode mode_;
  const MethodTable methods_;
  TextArena texts_;
  ValueTable values_{texts_};
  EntryTable entries_{texts_};
  std::optional<PatternIndex> patterns_;
  /// One section for each group of a method, and one for all client sets: `FirstClientGroup()`.
  EntryIndex index_;
  std::vector<Authority> authorities_;
  IssuerGaps issuer_gaps_;
  std::vector<absl::Time> expiries_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_COMPILED_H_
