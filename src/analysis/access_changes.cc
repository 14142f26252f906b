#include "src/analysis/access_changes.h"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <map>
#include <new>
#include <set>
#include <utility>

#include "src/analysis/clause.h"
#include "src/analysis/policy_diff.h"
#include "src/analysis/regex_cache.h"
#include "src/analysis/step_limit.h"
#include "src/analysis/told_changes.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::uint64_t kMostSteps = 10'000'000;
// More method keys than this are counted, not named.
constexpr std::size_t kMostKeys = 3;

constexpr char kAnyMethod[] = "*";

std::string Joined(std::vector<std::string> texts) {
  const std::size_t more = texts.size() - std::min(texts.size(), kMostKeys);
  texts.resize(texts.size() - more);
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + text;
  return more == 0 ? joined : joined + " and " + std::to_string(more) + " more";
}

std::string UntilIfEver(absl::Time time) {
  return time == absl::InfiniteFuture() ? "" : ' ' + DescribeUntil(time);
}

// Puts a comparison into the words of a record.
class Wording {
 public:
  explicit Wording(const PolicyDiff& diff) : diff_(diff) {}

  AccessChanges Run() {
    for (const WideChange& change : diff_.wide) AddWide(change);
    for (const ToldClasses& told : TellChanges(diff_)) {
      for (const ToldChange& change : told.changes) {
        for (const std::size_t number : told.classes) Add(change, number);
      }
    }
    AddObserved();
    return std::move(changes_);
  }

 private:
  void Gained(std::string who, std::string method) {
    changes_.gained.push_back({std::move(who), std::move(method)});
  }

  void Lost(std::string who, std::string method) {
    changes_.lost.push_back({std::move(who), std::move(method)});
  }

  void AddWide(const WideChange& change) {
    switch (change.kind) {
      case WideChange::Kind::kRevoked:
        return Lost(DescribeClause(change.clause) + ", revoked", kAnyMethod);
      case WideChange::Kind::kNoLongerRevoked:
        return Gained(DescribeClause(change.clause) + ", no longer revoked", kAnyMethod);
      default:
        AddAuthority(change);
    }
  }

  void AddAuthority(const WideChange& change) {
    changes_.remarks.push_back(change.text);
    const std::string authority = "authority " + Quote(change.authority);
    switch (change.kind) {
      case WideChange::Kind::kAuthorityAdded:
        // The first authority shuts out all others.
        if (!diff_.had_authorities) Lost("any caller whom no authority vouches for", kAnyMethod);
        if (diff_.had_authorities) Gained("callers of " + authority, kAnyMethod);
        break;
      case WideChange::Kind::kAuthorityRemoved:
        if (diff_.has_authorities) Lost("callers of " + authority, kAnyMethod);
        if (!diff_.has_authorities) Gained("any caller whom no authority vouches for", kAnyMethod);
        break;
      default:
        if (change.has_more) Gained("callers of new CAs of " + authority, kAnyMethod);
        if (change.has_less) Lost("callers of former CAs of " + authority, kAnyMethod);
    }
  }

  // The change, once for each tree of classes for which it makes a difference. Callers get through
  // whatever the entries say where the mode is observe, before or after.
  void Add(const ToldChange& told, std::size_t number) {
    const bool concerns_callers = ConcernsCallers(told.change->kind);
    std::set<std::size_t> concerned;
    std::vector<std::size_t> left_out = told.except;
    const auto sort = [&](std::size_t one) {
      if (concerns_callers && !Enforces(one)) {
        left_out.push_back(one);
      } else {
        concerned.insert(one);
      }
    };
    sort(number);
    for (const std::size_t one : told.also) sort(one);
    std::map<std::size_t, std::vector<std::string>> exceptions;
    for (const std::size_t one : left_out) {
      const std::size_t parent = diff_.classes[one].parent;
      if (concerned.contains(parent)) exceptions[TopOf(parent, concerned)].push_back(KeyOf(one));
    }
    for (const std::size_t one : concerned) {
      if (TopOf(one, concerned) == one) AddChange(*told.change, MethodOf(one, exceptions[one]));
    }
  }

  // The widest class above `number` that is reached through `classes` alone.
  std::size_t TopOf(std::size_t number, const std::set<std::size_t>& classes) const {
    for (;;) {
      CountSteps(1);
      const std::size_t parent = diff_.classes[number].parent;
      if (parent == number || !classes.contains(parent)) return number;
      number = parent;
    }
  }

  void AddChange(const Change& change, std::string method) {
    if (ConcernsCallers(change.kind)) {
      AddCallersOf(change, std::move(method));
    } else if (change.kind == ChangeKind::kNowObserves) {
      changes_.remarks.push_back(
          method + ": mode is now observe, everybody with a verified certificate gets through");
      Gained("any caller whom the policy denies", std::move(method));
    } else if (change.kind == ChangeKind::kNowEnforces) {
      changes_.remarks.push_back(method + ": mode is now enforce, who is not allowed is refused");
      Lost("any caller whom the policy denies", std::move(method));
    }
  }

  void AddCallersOf(const Change& change, std::string method) {
    const std::string instead =
        ' ' + DescribeUntil(change.ends) + " instead of " + DescribeUntil(change.ended);
    switch (change.kind) {
      case ChangeKind::kGains:
        return Gained(change.who + UntilIfEver(change.ends) + ButNot(change), std::move(method));
      case ChangeKind::kLoses:
        return Lost(change.who, std::move(method));
      case ChangeKind::kEndsLater:
        return Gained(change.who + instead + ButNot(change), std::move(method));
      case ChangeKind::kEndsEarlier:
        return Lost(change.who + instead, std::move(method));
      case ChangeKind::kNewlyDenied:
        return Lost(change.who + ", denied" + UntilIfEver(change.ends), std::move(method));
      case ChangeKind::kNoLongerDenied:
        return Gained(change.who + ", no longer denied", std::move(method));
      case ChangeKind::kDeniedLonger:
        return Lost(change.who + ", denied" + instead, std::move(method));
      case ChangeKind::kDeniedShorter:
        return Gained(change.who + ", denied" + instead, std::move(method));
      default:
        return;
    }
  }

  static std::string ButNot(const Change& change) {
    return change.but_not.empty() ? "" : ", but not " + Joined(change.but_not);
  }

  bool Enforces(std::size_t number) const {
    const ClassDiff& one = diff_.classes[number];
    return one.old_mode == Mode::kEnforce && one.new_mode == Mode::kEnforce;
  }

  std::string KeyOf(std::size_t number) const { return MakePrintable(diff_.classes[number].key); }

  // The key, and the narrower keys that a change does not concern.
  std::string MethodOf(std::size_t number, std::vector<std::string> exceptions) const {
    if (exceptions.empty()) return KeyOf(number);
    return KeyOf(number) + " except " + Joined(std::move(exceptions));
  }

  void AddObserved() {
    std::vector<std::string> keys;
    for (std::size_t number = 0; number < diff_.classes.size(); ++number) {
      const ClassDiff& one = diff_.classes[number];
      const bool observes = one.old_mode == Mode::kObserve && one.new_mode == Mode::kObserve;
      if (observes && !one.changes.empty()) keys.push_back(KeyOf(number));
    }
    if (keys.empty()) return;
    changes_.remarks.push_back(Joined(std::move(keys)) +
                               ": entries changed, but the mode is observe, as before: everybody "
                               "gets through");
  }

  const PolicyDiff& diff_;
  AccessChanges changes_;
};

AccessChanges NotCompared(const std::string& why) {
  AccessChanges changes;
  changes.remarks.push_back("who gained and who lost access is not known: " + why +
                            "; run `certgate diff` on the two files");
  return changes;
}

bool IsTooLarge(std::string_view text) { return text.size() > kMostComparedBytes; }

bool IsTooLarge(const PolicySource& source) {
  return IsTooLarge(source.text) || source.policy->entry_count() > kMostComparedEntries;
}

AccessChanges TooLarge() { return NotCompared("the policies are too large to be compared"); }

std::string FirstError(const PolicySource& source) {
  for (const Diagnostic& diagnostic : source.diagnostics) {
    if (diagnostic.severity == Diagnostic::Severity::kError) return diagnostic.message;
  }
  return "it is invalid";
}

AccessChanges Compare(const PolicySource& before, const PolicySource& after, absl::Time now) {
  if (before.policy == nullptr) {
    return NotCompared("the policy before cannot be read again: " + FirstError(before));
  }
  if (after.policy == nullptr) {
    return NotCompared("the new policy cannot be read again: " + FirstError(after));
  }
  if (IsTooLarge(before) || IsTooLarge(after)) return TooLarge();
  try {
    const StepLimit limit(kMostSteps);
    return Wording(DiffPolicies(before, after, now)).Run();
  } catch (const TooManySteps&) {
    return NotCompared("the policies' entries multiply each other and take too long to compare");
  }
}

// Frees what this thread keeps for the next comparison, which a server will not make soon.
class RegexesForgotten {
 public:
  RegexesForgotten() = default;
  ~RegexesForgotten() { ForgetRegexes(); }
  RegexesForgotten(const RegexesForgotten&) = delete;
  RegexesForgotten& operator=(const RegexesForgotten&) = delete;
};

template <typename Comparison>
AccessChanges Guarded(const Comparison& comparison) {
  const RegexesForgotten regexes;
  try {
    return comparison();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    return NotCompared(error.what());
  } catch (...) {
    return NotCompared("unknown exception");
  }
}

}  // namespace

AccessChanges CompareAccess(const PolicySource& before, const PolicySource& after, absl::Time now) {
  return Guarded([&] { return Compare(before, after, now); });
}

AccessChanges CompareAccess(const PolicyText& before, const PolicyText& after, absl::Time now) {
  return Guarded([&] {
    if (IsTooLarge(before.text) || IsTooLarge(after.text)) return TooLarge();
    return Compare(ParsePolicySource(std::string(before.text), before.file, before.read),
                   ParsePolicySource(std::string(after.text), after.file, after.read), now);
  });
}

}  // namespace certgate
