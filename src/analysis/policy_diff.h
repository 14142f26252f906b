#ifndef CERTGATE_SRC_ANALYSIS_POLICY_DIFF_H_
#define CERTGATE_SRC_ANALYSIS_POLICY_DIFF_H_

#include <absl/time/time.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "src/analysis/clause.h"
#include "src/analysis/method_keys.h"
#include "src/policy/policy_source.h"

namespace certgate {

/// What a change does to the calls of a class.
enum class ChangeKind {
  kGains,           // callers that no allow entry matched are allowed
  kLoses,           // callers that an allow entry matched are not any more
  kEndsLater,       // their access expires later than it did, or never
  kEndsEarlier,     //
  kNewlyDenied,     // a deny entry matches callers that had access
  kNoLongerDenied,  //
  kDeniedLonger,    // a deny entry expires later than it did, or never
  kDeniedShorter,   //
  kNowObserves,     // everybody gets through, refusals are only recorded
  kNowEnforces,     //
  kListed,          // a method key matches calls that none matched
  kUnlisted,        //
};

/// "gains", "ends_later", "no_longer_denied".
std::string_view ToString(ChangeKind kind) noexcept;

/// True if the change lets through more calls, false if fewer. A list that changes without access
/// (`kListed`, `kUnlisted`) does neither, and counts as false.
bool Opens(ChangeKind kind) noexcept;
/// True for the kinds that speak of the callers of a clause.
bool ConcernsCallers(ChangeKind kind) noexcept;

/// A place in one of the two files.
struct ChangePlace {
  bool is_new = true;
  std::size_t line = 0;
  /// The client sets on the way, the outermost first.
  std::vector<std::string> client_sets;

  friend bool operator==(const ChangePlace&, const ChangePlace&) = default;
};

/// One change to the calls of a class.
struct Change {
  ChangeKind kind = ChangeKind::kGains;
  /// The callers; authorities by the names of the new policy, and each that is meant named. Without
  /// selectors for the kinds that concern all callers. Its `expires` is the end of the access, or
  /// of the denial, in the policy in which it ends later.
  Clause clause;
  /// The clause in words.
  std::string who;
  /// For the four kinds about ends, when it ended in the old policy; never is InfiniteFuture.
  absl::Time ended = absl::InfiniteFuture();
  absl::Time ends = absl::InfiniteFuture();
  /// Of callers that gain access, those that a deny entry may still refuse, in words.
  std::vector<std::string> but_not;
  ChangePlace place;
};

/// The calls that one method key of either policy matches, and no key more specific. That of `*`
/// is always there: every call that nothing else matches.
struct ClassDiff {
  MethodScope scope = MethodScope::kAll;
  std::string_view key;
  /// The next wider class; its own number for that of `*`.
  std::size_t parent = 0;
  Mode old_mode = Mode::kEnforce;
  Mode new_mode = Mode::kEnforce;
  bool was_listed = false;
  bool is_listed = false;
  std::vector<Change> changes;
};

/// A change for every call, whatever the method.
struct WideChange {
  enum class Kind {
    kRevoked,           // a certificate is refused everywhere
    kNoLongerRevoked,   //
    kAuthorityAdded,    // an authority vouches
    kAuthorityRemoved,  //
    kAuthorityChanged,  // it has other CA certificates
  };

  Kind kind = Kind::kRevoked;
  /// A sentence without a full stop: "certificate serial `A1B2C` of `corp` is now refused".
  std::string text;
  /// The certificates; without selectors for authorities.
  Clause clause;
  ChangePlace place;
  /// The name of an authority; empty for certificates.
  std::string authority;
  /// Under `kAuthorityChanged`, whether it has CA certificates that it had not, and no longer has
  /// some that it had.
  bool has_more = false;
  bool has_less = false;
};

std::string_view ToString(WideChange::Kind kind) noexcept;
/// As `Opens` above.
bool Opens(WideChange::Kind kind) noexcept;

/// What changes in meaning from one policy to another. Borrows from both.
struct PolicyDiff {
  /// Whether the policies name authorities, and so let nobody else in.
  bool had_authorities = false;
  bool has_authorities = false;
  std::vector<WideChange> wide;
  /// In the order of the new file, then those of the old one alone.
  std::vector<ClassDiff> classes;
  /// The keys of the classes, under the same numbers.
  MethodKeys keys;
  /// No change in meaning: see `DiffRecordNames`.
  std::vector<std::string> record_names;

  /// True if the meaning is the same.
  bool IsEmpty() const;
  /// The number of the class that a path belongs to.
  std::size_t ClassOf(std::string_view path) const;
};

/// Compares two valid policies for all calls from `now` on. Sound: if the same caller gets through
/// under one and not under the other, then there is a change in `wide`, or one in the class of the
/// call whose clause matches the caller. Not complete: what is reported as a change may be none
/// where patterns and regexes cannot be compared. Thread-safe.
PolicyDiff DiffPolicies(const PolicySource& before, const PolicySource& after, absl::Time now);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_POLICY_DIFF_H_
