#include "src/analysis/replay.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "src/analysis/authority_diff.h"
#include "src/analysis/explain.h"

namespace certgate {
namespace {

bool HasAuthority(const PolicySource& policy, const std::string& name) {
  const std::vector<AuthorityRules>& all = policy.document.authorities;
  return std::any_of(all.begin(), all.end(),
                     [&](const AuthorityRules& rules) { return rules.authority.name == name; });
}

// What the caller of a call notices of a decision, and what its record says of it.
enum class Outcome { kRefused, kAllowed, kObserved };

Outcome OutcomeOf(const Decision& decision) {
  if (decision.effect == Effect::kDeny) return Outcome::kRefused;
  return decision.reason == Reason::kWouldDeny ? Outcome::kObserved : Outcome::kAllowed;
}

ReplayedDecision Describe(const Policy& policy, const Decision& decision) {
  ReplayedDecision described;
  described.effect = decision.effect;
  described.reason = decision.reason;
  described.observed = decision.observed;
  if (decision.rule.has_value()) {
    const RuleDescription rule = policy.Describe(*decision.rule);
    described.rule = rule.name;
    described.line = rule.line;
  }
  return described;
}

void AppendPart(std::string& key, std::string_view part) {
  key += std::to_string(part.size());
  key += ':';
  key += part;
}

void AppendDecision(std::string& key, const Decision& decision) {
  AppendPart(key, ToString(decision.reason));
  AppendPart(key, ToString(decision.observed));
  AppendPart(key, decision.rule.has_value() ? std::to_string(*decision.rule) : "");
}

// Certificates with the same names belong to one caller: they are renewed.
void AppendCaller(std::string& key, const RecordedCall& call) {
  const PeerIdentity& caller = call.caller;
  AppendPart(key, caller.common_name.value_or(""));
  for (const auto* names :
       {&caller.organizational_units, &caller.organizations, &caller.dns_names, &caller.uris,
        &caller.emails, &caller.ip_addresses, &call.authorities}) {
    AppendPart(key, std::to_string(names->size()));
    for (const std::string& name : *names) AppendPart(key, name);
  }
}

}  // namespace

std::uint64_t ReplayResult::ChangedCalls() const {
  std::uint64_t calls = ungrouped;
  for (const ReplayGroup& group : changed) calls += group.count;
  return calls;
}

Replay::Replay(const PolicySource& before, const PolicySource& after)
    : before_(before),
      after_(after),
      old_names_(DiffAuthorities(before.document, after.document).old_names) {}

void Replay::AddLine(std::string_view text, const std::string& file, std::uint64_t line) {
  std::variant<RecordedCall, UnusableRecord> record = ReadRecordedCall(text);
  if (auto* call = std::get_if<RecordedCall>(&record)) return Add(std::move(*call));
  auto& unusable = std::get<UnusableRecord>(record);
  switch (unusable.kind) {
    case UnusableRecord::Kind::kOtherAction:
      ++result_.other_actions;
      break;
    case UnusableRecord::Kind::kNoIdentity:
      ++result_.without_identity;
      break;
    case UnusableRecord::Kind::kTruncated:
      ++result_.truncated;
      break;
    case UnusableRecord::Kind::kBroken:
      AddBroken(file, line, std::move(unusable.detail));
      break;
  }
}

void Replay::AddBroken(const std::string& file, std::uint64_t line, std::string fault) {
  ++result_.broken;
  if (result_.broken_lines.size() == kMostBrokenLines) return;
  result_.broken_lines.push_back({file, line, std::move(fault)});
}

ReplayResult Replay::Finish() && {
  for (auto& [key, group] : groups_) result_.changed.push_back(std::move(group));
  std::sort(result_.changed.begin(), result_.changed.end(),
            [](const ReplayGroup& a, const ReplayGroup& b) {
              if (a.count != b.count) return a.count > b.count;
              return a.path != b.path ? a.path < b.path : a.caller < b.caller;
            });
  return std::move(result_);
}

void Replay::Add(RecordedCall call) {
  PeerIdentity old_caller = call.caller;
  PeerIdentity new_caller = call.caller;
  const Vouching old_vouching = Vouch(call, before_, false, old_caller);
  const Vouching new_vouching = Vouch(call, after_, true, new_caller);
  if (old_vouching == Vouching::kUnknown || new_vouching == Vouching::kUnknown) {
    ++result_.authority_unknown;
    return;
  }
  ++result_.replayed;
  if (old_vouching == Vouching::kAssumed || new_vouching == Vouching::kAssumed) {
    ++result_.authority_assumed;
  }
  const Decision before = before_.policy->Decide(old_caller, call.path, call.time);
  const Decision after = after_.policy->Decide(new_caller, call.path, call.time);
  if ((before.effect == Effect::kAllow) != call.was_let_through) ++result_.decided_otherwise;
  if (OutcomeOf(before) != OutcomeOf(after)) Count(call, before, after);
}

// Sets the authorities that vouch for the caller, as `policy` calls them.
Replay::Vouching Replay::Vouch(const RecordedCall& call, const PolicySource& policy, bool is_new,
                               PeerIdentity& caller) const {
  const std::vector<AuthorityRules>& all = policy.document.authorities;
  const auto add = [&caller](std::string name) {
    caller.authorities.push_back({std::move(name), absl::InfinitePast(), absl::InfiniteFuture()});
  };
  if (all.empty()) return Vouching::kKnown;
  const bool was_made_by_new = call.policy_version == after_.document.version;
  for (const std::string& name : call.authorities) add(NameIn(name, is_new, was_made_by_new));
  // Only a policy without authorities lets in a caller for whom nobody vouches.
  if (!call.authorities.empty() || call.reason == ToString(Reason::kIssuerUnproven)) {
    return Vouching::kKnown;
  }
  if (all.size() > 1) return Vouching::kUnknown;
  add(all.front().authority.name);
  return Vouching::kAssumed;
}

// The policy that made the record had names of its own, most likely those of the old one.
std::string Replay::NameIn(const std::string& recorded, bool is_new, bool was_made_by_new) const {
  const bool is_new_name =
      was_made_by_new || (!HasAuthority(before_, recorded) && HasAuthority(after_, recorded));
  if (is_new == is_new_name) return recorded;
  for (const auto& [old_name, new_name] : old_names_) {
    if ((is_new ? old_name : new_name) == recorded) return is_new ? new_name : old_name;
  }
  return recorded;
}

void Replay::Count(const RecordedCall& call, const Decision& before, const Decision& after) {
  std::string key;
  AppendPart(key, call.path);
  AppendDecision(key, before);
  AppendDecision(key, after);
  AppendCaller(key, call);
  auto found = groups_.find(key);
  if (found == groups_.end()) {
    if (groups_.size() == kMostGroups) {
      ++result_.ungrouped;
      return;
    }
    ReplayGroup group;
    PeerIdentity named = call.caller;
    for (const std::string& name : call.authorities) {
      named.authorities.push_back({name, absl::InfinitePast(), absl::InfiniteFuture()});
    }
    group.caller = DescribeCaller(named, call.time);
    group.path = call.path;
    group.before = Describe(*before_.policy, before);
    group.after = Describe(*after_.policy, after);
    found = groups_.emplace(std::move(key), std::move(group)).first;
  }
  ReplayGroup& group = found->second;
  ++group.count;
  group.first = std::min(group.first, call.time);
  group.last = std::max(group.last, call.time);
}

}  // namespace certgate
