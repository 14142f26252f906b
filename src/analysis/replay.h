#ifndef CERTGATE_SRC_ANALYSIS_REPLAY_H_
#define CERTGATE_SRC_ANALYSIS_REPLAY_H_

#include <certgate/decision.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/analysis/access.h"
#include "src/analysis/recorded_call.h"
#include "src/policy/policy_source.h"

namespace certgate {

/// What one policy decides of a recorded call.
struct ReplayedDecision {
  Effect effect = Effect::kDeny;
  Reason reason = Reason::kInternalError;
  /// Under `would_deny`, the reason of the refusal that is not made.
  Reason observed = Reason::kInternalError;
  /// The rule that decides, and its line; empty and 0 if none does.
  std::string rule;
  std::size_t line = 0;
};

/// Calls of one caller and one method that two policies decide differently, in the same way.
struct ReplayGroup {
  /// The caller in words.
  std::string caller;
  std::string path;
  std::uint64_t count = 0;
  absl::Time first = absl::InfiniteFuture();
  absl::Time last = absl::InfinitePast();
  ReplayedDecision before;
  ReplayedDecision after;
};

/// A line that could not be read.
struct BrokenLine {
  std::string file;
  std::uint64_t line = 0;
  std::string fault;
};

struct ReplayResult {
  /// The most frequent first.
  std::vector<ReplayGroup> changed;
  /// Calls that are decided differently and in none of the groups: there were too many callers.
  std::uint64_t ungrouped = 0;
  std::uint64_t replayed = 0;
  /// Of the replayed, those that the old policy decides otherwise than the record says.
  std::uint64_t decided_otherwise = 0;
  /// Of the replayed, those of which an authority was taken for granted: the record names none, and
  /// a policy names exactly one.
  std::uint64_t authority_assumed = 0;
  /// Not replayed.
  std::uint64_t other_actions = 0;
  std::uint64_t without_identity = 0;
  std::uint64_t truncated = 0;
  std::uint64_t authority_unknown = 0;
  std::uint64_t broken = 0;
  /// The first of the broken ones.
  std::vector<BrokenLine> broken_lines;

  std::uint64_t ChangedCalls() const;
};

/// Asks two policies what they decide of recorded calls. Takes memory for the callers whose calls
/// are decided differently, up to `kMostGroups` of them, and not for the number of lines.
class Replay {
 public:
  static constexpr std::size_t kMostGroups = 10'000;
  static constexpr std::size_t kMostBrokenLines = 10;

  /// Keeps references to both, whose policies are not null.
  Replay(const PolicySource& before, const PolicySource& after);

  /// `file` and `line` are its place for messages.
  void AddLine(std::string_view text, const std::string& file, std::uint64_t line);
  void AddBroken(const std::string& file, std::uint64_t line, std::string fault);
  ReplayResult Finish() &&;

 private:
  enum class Vouching { kKnown, kAssumed, kUnknown };

  void Add(RecordedCall call);
  Vouching Vouch(const RecordedCall& call, const PolicySource& policy, bool is_new,
                 PeerIdentity& caller) const;
  std::string NameIn(const std::string& recorded, bool is_new, bool was_made_by_new) const;
  void Count(const RecordedCall& call, const Decision& before, const Decision& after);

  const PolicySource& before_;
  const PolicySource& after_;
  const AuthorityNames old_names_;
  std::unordered_map<std::string, ReplayGroup> groups_;
  ReplayResult result_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_REPLAY_H_
