#include "src/cli/diff_lines.h"

#include <absl/time/time.h>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <utility>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kMostExceptions = 3;

std::string Join(const std::vector<std::string>& parts, const std::string& last_separator) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() ? last_separator : ", ";
    text += parts[i];
  }
  return text;
}

std::string Count(std::size_t count, const char* one, const char* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

std::string UntilIfEver(absl::Time time) {
  return time == absl::InfiniteFuture() ? "" : ' ' + DescribeUntil(time);
}

char SignOf(const Change& change) {
  if (!ConcernsCallers(change.kind)) return '!';
  return Opens(change.kind) ? '+' : '-';
}

std::string TextOf(const Change& change) {
  const std::string ends =
      DescribeUntil(change.ends) + " instead of " + DescribeUntil(change.ended);
  switch (change.kind) {
    case ChangeKind::kGains:
      return change.who + " gains access" + UntilIfEver(change.ends);
    case ChangeKind::kLoses:
      return change.who + " loses access";
    case ChangeKind::kEndsLater:
    case ChangeKind::kEndsEarlier:
      return change.who + " has access " + ends;
    case ChangeKind::kNewlyDenied:
      return change.who + " is newly denied" + UntilIfEver(change.ends);
    case ChangeKind::kNoLongerDenied:
      return change.who + " is no longer denied";
    case ChangeKind::kDeniedLonger:
    case ChangeKind::kDeniedShorter:
      return change.who + " is denied " + ends;
    case ChangeKind::kNowObserves:
      return "mode is now observe: everybody with a verified certificate gets through; refusals "
             "are only recorded";
    case ChangeKind::kNowEnforces:
      return "mode is now enforce: who is not allowed is refused, and no longer only recorded";
    case ChangeKind::kListed:
      return "newly listed";
    case ChangeKind::kUnlisted:
      return "no longer listed";
  }
  return "";
}

std::string TextWithDenials(const Change& change) {
  std::string text = TextOf(change);
  if (!change.but_not.empty()) text += ", but not " + Join(change.but_not, " or ");
  return text;
}

/// Makes the blocks of one comparison.
class Blocks {
 public:
  Blocks(const PolicyDiff& diff, const DiffFiles& files) : diff_(diff), files_(files) {}

  void AddWide() {
    if (diff_.wide.empty()) return;
    DiffBlock& block = blocks_.emplace_back();
    block.titles.emplace_back("every method");
    for (const WideChange& change : diff_.wide) {
      const bool is_authority = change.clause.selectors.empty();
      const char sign = is_authority ? '!' : Opens(change.kind) ? '+' : '-';
      block.lines.push_back({sign, change.text, PlaceOf(change.place), ""});
    }
  }

  void Add(const ToldClasses& told) {
    DiffBlock& block = blocks_.emplace_back();
    for (const std::size_t number : told.classes) block.titles.push_back(TitleOf(number));
    AddObserved(told, block);
    for (const ToldChange& one : told.changes) {
      DiffLine line{SignOf(*one.change), TextWithDenials(*one.change) + RestOf(one, told),
                    PlaceOf(one.change->place), ExceptOf(one)};
      if (told.classes.size() > 1) {
        line.place += " and " + Count(told.classes.size() - 1, "more place", "more places");
      }
      block.lines.push_back(std::move(line));
    }
  }

  std::vector<DiffBlock> Take() { return std::move(blocks_); }

 private:
  std::string TitleOf(std::size_t number) const {
    const ClassDiff& one = diff_.classes[number];
    if (one.scope == MethodScope::kAll && !one.was_listed && !one.is_listed) {
      return "methods that no key lists";
    }
    return MakePrintable(one.key);
  }

  // Under observe all get through, and the lines below say what is recorded of them.
  void AddObserved(const ToldClasses& told, DiffBlock& block) const {
    const bool observes =
        std::any_of(told.classes.begin(), told.classes.end(), [this](std::size_t number) {
          const ClassDiff& one = diff_.classes[number];
          return one.old_mode == Mode::kObserve && one.new_mode == Mode::kObserve;
        });
    if (!observes) return;
    block.lines.push_back(
        {'!', "mode is observe, as before: everybody gets through, and the records change", "",
         ""});
  }

  // What a listing means for those whom no other line names.
  std::string RestOf(const ToldChange& listing, const ToldClasses& told) const {
    const ClassDiff& one = diff_.classes[listing.at];
    if (one.old_mode == Mode::kObserve || one.new_mode == Mode::kObserve) return "";
    const auto concerns_callers = [](const ToldChange& change) {
      return ConcernsCallers(change.change->kind);
    };
    const auto concerns_all = [](const ToldChange& change) {
      return change.change->who == "any caller";
    };
    if (listing.change->kind == ChangeKind::kUnlisted) return "; everybody is refused";
    if (listing.change->kind != ChangeKind::kListed) return "";
    if (std::any_of(told.changes.begin(), told.changes.end(), concerns_all)) return "";
    return std::any_of(told.changes.begin(), told.changes.end(), concerns_callers)
               ? "; everybody else is still refused"
               : "; everybody is still refused";
  }

  std::string PlaceOf(const ChangePlace& place) const {
    if (place.line == 0) return "";
    std::string text = place.is_new ? files_.after : files_.before;
    text += ':' + std::to_string(place.line);
    std::vector<std::string> sets;
    for (const std::string& set : place.client_sets) sets.push_back(Quote(set));
    if (!sets.empty()) text += ", client set " + Join(sets, ", ");
    return text;
  }

  std::string ExceptOf(const ToldChange& told) const {
    if (told.except.empty()) return "";
    std::vector<std::string> keys;
    for (const std::size_t number : told.except) {
      if (keys.size() == kMostExceptions) break;
      keys.push_back(TitleOf(number));
    }
    const std::size_t more = told.except.size() - keys.size();
    if (more > 0) keys.push_back(std::to_string(more) + " more");
    return "not for " + Join(keys, " and ");
  }

  const PolicyDiff& diff_;
  const DiffFiles& files_;
  std::vector<DiffBlock> blocks_;
};

/// What the changes amount to, for the summary.
struct Totals {
  std::map<MethodScope, std::size_t> classes;
  std::map<ChangeKind, std::size_t> changes;
  std::map<WideChange::Kind, std::size_t> wide;

  std::size_t Of(std::initializer_list<ChangeKind> kinds) const {
    std::size_t total = 0;
    for (const ChangeKind kind : kinds) {
      if (const auto found = changes.find(kind); found != changes.end()) total += found->second;
    }
    return total;
  }

  std::size_t Of(std::initializer_list<WideChange::Kind> kinds) const {
    std::size_t total = 0;
    for (const WideChange::Kind kind : kinds) {
      if (const auto found = wide.find(kind); found != wide.end()) total += found->second;
    }
    return total;
  }
};

Totals TotalsOf(const PolicyDiff& diff, const std::vector<ToldClasses>& told) {
  Totals totals;
  for (const ToldClasses& one : told) {
    for (const std::size_t number : one.classes) ++totals.classes[diff.classes[number].scope];
    for (const ToldChange& change : one.changes) {
      totals.changes[change.change->kind] += one.classes.size();
    }
  }
  for (const WideChange& change : diff.wide) ++totals.wide[change.kind];
  return totals;
}

// "2 methods and 1 service change", or empty.
std::string WhatChanges(const Totals& totals) {
  std::vector<std::string> parts;
  const auto add = [&](MethodScope scope, const char* one, const char* many) {
    const auto found = totals.classes.find(scope);
    if (found != totals.classes.end()) parts.push_back(Count(found->second, one, many));
  };
  add(MethodScope::kMethod, "method", "methods");
  add(MethodScope::kService, "service", "services");
  add(MethodScope::kPackage, "package", "packages");
  if (totals.classes.contains(MethodScope::kAll)) parts.emplace_back("all other methods");
  if (parts.empty()) return "";
  const bool is_one = parts.size() == 1 && parts.front().starts_with("1 ");
  return Join(parts, " and ") + (is_one ? " changes" : " change");
}

/// Puts counts together: "3 gain access, 1 loses it".
class Counts {
 public:
  void Add(std::size_t count, const char* one, const char* many) {
    if (count > 0) parts_.push_back(Count(count, one, many));
  }
  std::string text() const { return Join(parts_, ", "); }

 private:
  std::vector<std::string> parts_;
};

std::string WhoChanges(const Totals& totals) {
  using Kind = ChangeKind;
  const std::size_t gain = totals.Of({Kind::kGains, Kind::kNoLongerDenied});
  const std::size_t lose = totals.Of({Kind::kLoses, Kind::kNewlyDenied});
  Counts counts;
  counts.Add(gain, "gains access", "gain access");
  if (gain > 0) {
    counts.Add(lose, "loses it", "lose it");
  } else {
    counts.Add(lose, "loses access", "lose access");
  }
  counts.Add(
      totals.Of({Kind::kEndsLater, Kind::kEndsEarlier, Kind::kDeniedLonger, Kind::kDeniedShorter}),
      "ends at another time", "end at another time");
  counts.Add(totals.Of({Kind::kNowObserves}), "mode is now observe", "modes are now observe");
  counts.Add(totals.Of({Kind::kNowEnforces}), "mode is now enforce", "modes are now enforce");
  counts.Add(totals.Of({Kind::kListed}), "key is new", "keys are new");
  counts.Add(totals.Of({Kind::kUnlisted}), "key is gone", "keys are gone");
  return counts.text();
}

std::string WhatChangesEverywhere(const Totals& totals) {
  using Kind = WideChange::Kind;
  Counts counts;
  counts.Add(totals.Of({Kind::kRevoked}), "certificate is revoked", "certificates are revoked");
  counts.Add(totals.Of({Kind::kNoLongerRevoked}), "certificate is no longer revoked",
             "certificates are no longer revoked");
  counts.Add(totals.Of({Kind::kAuthorityAdded, Kind::kAuthorityRemoved, Kind::kAuthorityChanged}),
             "authority changes", "authorities change");
  return counts.text();
}

}  // namespace

std::vector<DiffBlock> BlocksOf(const PolicyDiff& diff, const std::vector<ToldClasses>& told,
                                const DiffFiles& files) {
  Blocks blocks(diff, files);
  blocks.AddWide();
  for (const ToldClasses& one : told) blocks.Add(one);
  return blocks.Take();
}

std::string Summarize(const PolicyDiff& diff, const std::vector<ToldClasses>& told) {
  if (diff.IsEmpty()) return "no change in meaning";
  const Totals totals = TotalsOf(diff, told);
  std::string text = WhatChanges(totals);
  if (!text.empty()) text += ": " + WhoChanges(totals);
  const std::string wide = WhatChangesEverywhere(totals);
  if (!text.empty() && !wide.empty()) text += "; ";
  return text + wide;
}

std::string DescribeRecordNames(const PolicyDiff& diff, std::size_t most) {
  if (diff.record_names.empty()) return "";
  const std::size_t shown = std::min(most, diff.record_names.size());
  std::vector<std::string> phrases(diff.record_names.begin(),
                                   diff.record_names.begin() + static_cast<std::ptrdiff_t>(shown));
  const std::size_t more = diff.record_names.size() - shown;
  if (more > 0) phrases.push_back(std::to_string(more) + " more");
  return "records will name " + Join(phrases, ", ");
}

}  // namespace certgate
