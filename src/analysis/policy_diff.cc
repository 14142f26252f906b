#include "src/analysis/policy_diff.h"

#include <algorithm>
#include <utility>

#include "src/analysis/access.h"
#include "src/analysis/authority_diff.h"
#include "src/analysis/class_diff.h"
#include "src/analysis/record_names.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

// "certificate serial `A1B2C` of `corp`", the authority only where the entry means one of several.
std::string DescribeCertificate(const Access& policy, const Clause& clause) {
  std::string text = "certificate ";
  std::string issuer;
  bool is_first = true;
  for (const Selector& selector : policy.Widened(clause).selectors) {
    if (selector.field == Field::kIssuer) {
      const std::string authorities = DescribeSelector(selector);
      issuer = " of" + authorities.substr(authorities.find(' '));
    } else {
      if (!std::exchange(is_first, false)) text += " and ";
      text += DescribeSelector(selector);
    }
  }
  return text + issuer;
}

void DiffRevoked(const Access& before, const Access& after, std::vector<WideChange>& changes) {
  for (Difference& one : DifferencesOf({&after.revoked()}, {}, {&before.revoked()})) {
    const ChangePlace place = PlaceOf(one.clause, true);
    changes.push_back({WideChange::Kind::kRevoked,
                       DescribeCertificate(after, one.clause) + " is now refused everywhere",
                       std::move(one.clause),
                       place,
                       {}});
  }
  for (Difference& one : DifferencesOf({&before.revoked()}, {}, {&after.revoked()})) {
    const ChangePlace place = PlaceOf(one.clause, false);
    changes.push_back({WideChange::Kind::kNoLongerRevoked,
                       DescribeCertificate(before, one.clause) + " is no longer refused everywhere",
                       std::move(one.clause),
                       place,
                       {}});
  }
}

Change WithoutCallers(ChangeKind kind, bool is_new, std::size_t line) {
  Change change;
  change.kind = kind;
  change.place = {is_new, line, {}};
  return change;
}

class Differ {
 public:
  Differ(const PolicySource& before, const PolicySource& after, absl::Time now)
      : old_document_(before.document),
        new_document_(after.document),
        authorities_(DiffAuthorities(before.document, after.document)),
        before_(before.document, after.document, now, authorities_.old_names, numbers_),
        after_(after.document, before.document, now, authorities_.new_names, numbers_) {
    for (const PolicyDocument* document : {&after.document, &before.document}) {
      for (const MethodRules& rules : document->methods) AddClass(rules.scope, rules.key);
    }
    AddClass(MethodScope::kAll, "*");
  }

  PolicyDiff Run() {
    diff_.had_authorities = before_.names_authorities();
    diff_.has_authorities = after_.names_authorities();
    diff_.wide = std::move(authorities_.changes);
    DiffRevoked(before_, after_, diff_.wide);
    for (ClassDiff& one : diff_.classes) Diff(one);
    diff_.record_names = DiffRecordNames(old_document_, before_, new_document_, after_);
    return std::move(diff_);
  }

 private:
  void AddClass(MethodScope scope, std::string_view key) {
    if (diff_.keys.Add(scope, key) < diff_.classes.size()) return;
    ClassDiff& added = diff_.classes.emplace_back();
    added.scope = scope;
    added.key = key;
  }

  void Diff(ClassDiff& diff) const {
    const std::vector<std::size_t> covering = diff_.keys.Covering(diff.scope, diff.key);
    diff.parent = covering[std::min<std::size_t>(1, covering.size() - 1)];
    const ClassAccess old_access = before_.Of(diff.scope, diff.key);
    const ClassAccess new_access = after_.Of(diff.scope, diff.key);
    diff.old_mode = old_access.mode;
    diff.new_mode = new_access.mode;
    diff.was_listed = !old_access.keys.empty();
    diff.is_listed = !new_access.keys.empty();
    AddMode(old_access, new_access, diff);
    AddListing(old_access, new_access, diff);
    for (Change& change : DiffCallers(before_, old_access, after_, new_access)) {
      diff.changes.push_back(std::move(change));
    }
  }

  static void AddMode(const ClassAccess& old_access, const ClassAccess& new_access,
                      ClassDiff& diff) {
    if (diff.old_mode == diff.new_mode) return;
    const bool observes = diff.new_mode == Mode::kObserve;
    const std::size_t new_line = new_access.mode_location.line;
    // A mode that is enforce because the line that said otherwise is gone has no place of its own.
    const std::size_t line = new_line > 0 ? new_line : old_access.mode_location.line;
    diff.changes.push_back(WithoutCallers(
        observes ? ChangeKind::kNowObserves : ChangeKind::kNowEnforces, new_line > 0, line));
  }

  static void AddListing(const ClassAccess& old_access, const ClassAccess& new_access,
                         ClassDiff& diff) {
    if (diff.was_listed == diff.is_listed) return;
    const ClassAccess& listed = diff.is_listed ? new_access : old_access;
    diff.changes.push_back(
        WithoutCallers(diff.is_listed ? ChangeKind::kListed : ChangeKind::kUnlisted, diff.is_listed,
                       listed.keys.front()->rules->location.line));
  }

  const PolicyDocument& old_document_;
  const PolicyDocument& new_document_;
  PolicyDiff diff_;
  AuthorityDiff authorities_;
  TextNumbers numbers_;
  Access before_;
  Access after_;
};

}  // namespace

std::string_view ToString(ChangeKind kind) noexcept {
  switch (kind) {
    case ChangeKind::kGains:
      return "gains";
    case ChangeKind::kLoses:
      return "loses";
    case ChangeKind::kEndsLater:
      return "ends_later";
    case ChangeKind::kEndsEarlier:
      return "ends_earlier";
    case ChangeKind::kNewlyDenied:
      return "newly_denied";
    case ChangeKind::kNoLongerDenied:
      return "no_longer_denied";
    case ChangeKind::kDeniedLonger:
      return "denied_longer";
    case ChangeKind::kDeniedShorter:
      return "denied_shorter";
    case ChangeKind::kNowObserves:
      return "now_observes";
    case ChangeKind::kNowEnforces:
      return "now_enforces";
    case ChangeKind::kListed:
      return "listed";
    case ChangeKind::kUnlisted:
      return "unlisted";
  }
  return "";
}

bool Opens(ChangeKind kind) noexcept {
  return kind == ChangeKind::kGains || kind == ChangeKind::kEndsLater ||
         kind == ChangeKind::kNoLongerDenied || kind == ChangeKind::kDeniedShorter ||
         kind == ChangeKind::kNowObserves;
}

bool ConcernsCallers(ChangeKind kind) noexcept {
  return kind != ChangeKind::kNowObserves && kind != ChangeKind::kNowEnforces &&
         kind != ChangeKind::kListed && kind != ChangeKind::kUnlisted;
}

std::string_view ToString(WideChange::Kind kind) noexcept {
  switch (kind) {
    case WideChange::Kind::kRevoked:
      return "revoked";
    case WideChange::Kind::kNoLongerRevoked:
      return "no_longer_revoked";
    case WideChange::Kind::kAuthorityAdded:
      return "authority_added";
    case WideChange::Kind::kAuthorityRemoved:
      return "authority_removed";
    case WideChange::Kind::kAuthorityChanged:
      return "authority_changed";
  }
  return "";
}

bool Opens(WideChange::Kind kind) noexcept { return kind == WideChange::Kind::kNoLongerRevoked; }

bool PolicyDiff::IsEmpty() const {
  return wide.empty() && std::all_of(classes.begin(), classes.end(),
                                     [](const ClassDiff& one) { return one.changes.empty(); });
}

std::size_t PolicyDiff::ClassOf(std::string_view path) const {
  return keys.Covering(MethodScope::kMethod, path).front();
}

PolicyDiff DiffPolicies(const PolicySource& before, const PolicySource& after, absl::Time now) {
  return Differ(before, after, now).Run();
}

}  // namespace certgate
