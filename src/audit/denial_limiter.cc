#include "src/audit/denial_limiter.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <string_view>

namespace certgate {
namespace {

std::uint64_t HashOf(std::string_view text) { return std::hash<std::string_view>()(text); }

std::uint64_t Mix(std::uint64_t hash, std::uint64_t more) {
  return (hash ^ more) * 0x9E3779B97F4A7C15u + (hash >> 29);
}

// An entry that was not asked for in this time may be forgotten: its bucket is full again, or, with
// rates of less than that, gets full once a minute.
std::chrono::duration<double> Quiet(const Rate& rate) {
  return std::min(rate.filling_time(), std::chrono::duration<double>(60));
}

bool IsRate(std::uint32_t burst, double per_second) {
  return burst == 0 || (std::isfinite(per_second) && per_second > 0);
}

}  // namespace

absl::Status CheckLimits(const DenialLimits& limits) {
  if (IsRate(limits.burst, limits.per_second) &&
      IsRate(limits.caller_burst, limits.caller_per_second)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "a limit of denials needs a rate greater than 0; set its burst to 0 for no limit");
}

std::string_view DeniedCaller(const DecisionRecord& denial) {
  const std::string_view caller = denial.certificate != nullptr
                                      ? std::string_view(denial.certificate->sha256)
                                      : HostOf(denial.peer.uri);
  return caller.substr(0, 64);
}

DenialLimiter::DenialLimiter(const DenialLimits& limits)
    : same_{static_cast<double>(limits.burst), limits.per_second},
      caller_{static_cast<double>(limits.caller_burst), limits.caller_per_second},
      callers_(kCallers),
      groups_(kGroups) {}

DenialLimiter::Group* DenialLimiter::FindGroup(std::string_view caller, Reason reason,
                                               std::string_view path, TokenBucket::Time now,
                                               bool may_add) {
  const std::uint64_t hash =
      Mix(Mix(HashOf(caller), HashOf(path)), static_cast<std::uint64_t>(reason));
  Group* group = groups_.Find(hash, now, [&](const Group& one) {
    return one.reason == reason && one.caller.view() == caller && one.path.view() == path;
  });
  if (group != nullptr || !may_add) return group;
  group = groups_.Add(hash, now, Quiet(same_));
  if (group == nullptr) return nullptr;
  group->caller.Assign(caller);
  group->reason = reason;
  group->path.Assign(path);
  return group;
}

DenialLimiter::Verdict DenialLimiter::DecideRest(TokenBucket::Time now) {
  if (rest_bucket_.IsEmpty(caller_.burst > 0 ? caller_ : same_, now)) {
    return {&rest_mark_, Shared::kNothing};
  }
  rest_bucket_.Take();
  return {};
}

DenialLimiter::Verdict DenialLimiter::Decide(const DecisionRecord& denial, TokenBucket::Time now) {
  const std::string_view name = DeniedCaller(denial);
  Caller* caller = callers_.Find(HashOf(name), now,
                                 [name](const Caller& one) { return one.text.view() == name; });
  if (caller == nullptr) caller = callers_.Add(HashOf(name), now, Quiet(caller_));
  if (caller == nullptr) return DecideRest(now);
  if (caller->text.view().empty()) caller->text.Assign(name);

  const bool is_over = caller->bucket.IsEmpty(caller_, now);
  const bool has_name = decltype(Group::path)::Holds(denial.path);
  const std::string_view path = has_name ? denial.path : std::string_view();
  // Beyond its budget a caller makes no new groups: it could make one with each path it thinks of.
  Group* group = FindGroup(name, denial.reason, path, now, !is_over && same_.burst > 0);
  if (group != nullptr && group->bucket.IsEmpty(same_, now)) {
    return {&group->mark, path.empty() ? Shared::kCallerReason : Shared::kCallerReasonMethod};
  }
  if (!is_over) {
    if (group == nullptr && caller_.burst == 0) return DecideRest(now);
    caller->bucket.Take();
    if (group != nullptr) group->bucket.Take();
    return {};
  }
  group = FindGroup(name, denial.reason, {}, now, true);
  if (group == nullptr) return {&rest_mark_, Shared::kNothing};
  return {&group->mark, Shared::kCallerReason};
}

}  // namespace certgate
