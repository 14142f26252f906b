#include "src/trail/usage.h"

#include <algorithm>
#include <tuple>

namespace certgate {
namespace {

// Stands between the parts of a key.
constexpr char kSeparator = '\0';

std::string MethodOf(const ParsedRecord& record) {
  if (record.method.empty() || record.method.starts_with('/')) return std::string(record.method);
  return "/" + std::string(record.method);
}

void AddCounts(const CallUsage& other, CallUsage& usage) {
  usage.allowed += other.allowed;
  usage.observed += other.observed;
  usage.denied += other.denied;
  usage.ended += other.ended;
  usage.seen.Add(other.seen);
}

// There are few kinds and reasons, unless somebody makes them up.
std::uint64_t& CountOf(std::map<std::string, std::uint64_t>& counts, const std::string& name) {
  constexpr std::size_t kMostNames = 100;
  const auto found = counts.find(name);
  if (found != counts.end()) return found->second;
  return counts[counts.size() < kMostNames ? name : "others"];
}

template <typename Groups>
auto Sorted(const Groups& groups) {
  std::vector<typename Groups::mapped_type> sorted;
  sorted.reserve(groups.size());
  for (const auto& [key, usage] : groups) sorted.push_back(usage);
  return sorted;
}

}  // namespace

CallUsage UsageOf(const ParsedRecord& record) {
  CallUsage one;
  if (record.action == "revoke-call") {
    one.ended = 1;
  } else if (record.action == "audit-suppressed") {
    one.denied = record.reason == "flood" ? record.suppressed : 0;
  } else if (record.action != "authorize") {
    return one;
  } else if (!record.is_allowed()) {
    one.denied = 1;
  } else if (record.reason == "would_deny") {
    one.observed = 1;
  } else {
    one.allowed = 1;
  }
  one.seen.Add(record.time);
  if (!record.since.empty()) one.seen.Add(record.since);
  return one;
}

void TimeSpan::Add(std::string_view time) {
  if (time.empty()) return;
  if (first.empty() || time < first) first = time;
  if (time > last) last = time;
}

void TimeSpan::Add(const TimeSpan& other) {
  Add(other.first);
  Add(other.last);
}

template <typename Usage>
Usage* TrailUsage::Find(Groups<Usage>& groups, const std::string& key) {
  const auto found = groups.find(key);
  if (found != groups.end()) return &found->second;
  if (groups.size() >= kMostGroups) return nullptr;
  return &groups[key];
}

void TrailUsage::Add(const ParsedRecord& record) {
  ++CountOf(actions_, std::string(record.action));
  seen_.Add(record.time);
  if (record.action == "audit-suppressed") {
    CountOf(suppressed_, std::string(record.reason)) += record.suppressed;
  }
  const CallUsage one = UsageOf(record);
  if (one.calls() > 0 || one.ended > 0) AddCall(record, one);
}

void TrailUsage::AddCall(const ParsedRecord& record, const CallUsage& one) {
  AddCounts(one, total_);
  const std::string caller(CallerOf(record));
  const std::string method = MethodOf(record);
  key_.assign(caller).push_back(kSeparator);
  key_ += method;
  if (CallUsage* usage = Find(calls_, key_)) {
    usage->caller = caller;
    usage->method = method;
    AddCounts(one, *usage);
  } else {
    ungrouped_ += one.calls();
  }
  if (one.denied > 0) {
    const std::string reason(record.suppressed_reason.empty() ? record.reason
                                                              : record.suppressed_reason);
    key_.push_back(kSeparator);
    key_ += reason;
    if (DenialUsage* usage = Find(denials_, key_)) {
      usage->caller = caller;
      usage->method = method;
      usage->reason = reason;
      usage->count += one.denied;
      usage->seen.Add(one.seen);
      if (usage->example.empty()) usage->example = record.id;
    }
  }
  if (record.rule.empty()) return;
  key_.assign(record.ruleset).push_back(kSeparator);
  key_ += record.rule;
  if (RuleUsage* usage = Find(rules_, key_)) {
    usage->ruleset = record.ruleset;
    usage->rule = record.rule;
    usage->count += record.calls();
    usage->seen.Add(record.time);
  }
}

void TrailUsage::Add(const TrailUsage& other) {
  for (const auto& [action, count] : other.actions_) CountOf(actions_, action) += count;
  for (const auto& [reason, count] : other.suppressed_) CountOf(suppressed_, reason) += count;
  AddCounts(other.total_, total_);
  seen_.Add(other.seen_);
  ungrouped_ += other.ungrouped_;
  for (const auto& [key, usage] : other.calls_) {
    if (CallUsage* own = Find(calls_, key)) {
      own->caller = usage.caller;
      own->method = usage.method;
      AddCounts(usage, *own);
    } else {
      ungrouped_ += usage.calls();
    }
  }
  const auto merge = [this](auto& groups, const auto& others) {
    for (const auto& [key, usage] : others) {
      auto* const own = Find(groups, key);
      if (own == nullptr) continue;
      const std::uint64_t count = own->count;
      const TimeSpan seen = own->seen;
      *own = usage;
      own->count += count;
      own->seen.Add(seen);
    }
  };
  merge(denials_, other.denials_);
  merge(rules_, other.rules_);
}

std::uint64_t TrailUsage::records() const {
  std::uint64_t records = 0;
  for (const auto& [action, count] : actions_) records += count;
  return records;
}

std::vector<CallUsage> TrailUsage::Calls() const {
  std::vector<CallUsage> sorted = Sorted(calls_);
  std::sort(sorted.begin(), sorted.end(), [](const CallUsage& a, const CallUsage& b) {
    if (a.calls() != b.calls()) return a.calls() > b.calls();
    return std::tie(a.caller, a.method) < std::tie(b.caller, b.method);
  });
  return sorted;
}

std::vector<DenialUsage> TrailUsage::Denials() const {
  std::vector<DenialUsage> sorted = Sorted(denials_);
  std::sort(sorted.begin(), sorted.end(), [](const DenialUsage& a, const DenialUsage& b) {
    if (a.count != b.count) return a.count > b.count;
    return std::tie(a.caller, a.method, a.reason) < std::tie(b.caller, b.method, b.reason);
  });
  return sorted;
}

std::vector<RuleUsage> TrailUsage::Rules() const {
  std::vector<RuleUsage> sorted = Sorted(rules_);
  std::sort(sorted.begin(), sorted.end(), [](const RuleUsage& a, const RuleUsage& b) {
    if (a.count != b.count) return a.count > b.count;
    return std::tie(a.ruleset, a.rule) < std::tie(b.ruleset, b.rule);
  });
  return sorted;
}

}  // namespace certgate
