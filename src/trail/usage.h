#ifndef CERTGATE_SRC_TRAIL_USAGE_H_
#define CERTGATE_SRC_TRAIL_USAGE_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/trail/record_reader.h"

namespace certgate {

/// The first and the last of some records, as their times stand in them.
struct TimeSpan {
  std::string first;
  std::string last;

  void Add(std::string_view time);
  void Add(const TimeSpan& other);
};

/// One caller's calls of one method.
struct CallUsage {
  /// As `CallerOf` has it; empty without a certificate.
  std::string caller;
  /// With its leading slash, if the record's is of the usual form; empty where counted denials were
  /// of several methods.
  std::string method;
  std::uint64_t allowed = 0;
  /// Let through under `mode: observe` only; not in `allowed`.
  std::uint64_t observed = 0;
  /// Those that were counted and have no record are in it.
  std::uint64_t denied = 0;
  /// Running calls that were ended.
  std::uint64_t ended = 0;
  TimeSpan seen;

  std::uint64_t calls() const { return allowed + observed + denied; }
};

/// What one record adds, without caller and method; nothing if it is no call.
CallUsage UsageOf(const ParsedRecord& record);

/// Denials of one caller and method for one reason.
struct DenialUsage {
  std::string caller;
  std::string method;
  std::string reason;
  std::uint64_t count = 0;
  TimeSpan seen;
  /// The identifier of one of the records.
  std::string example = {};
};

/// How often an entry of a policy decided.
struct RuleUsage {
  std::string ruleset;
  std::string rule;
  std::uint64_t count = 0;
  TimeSpan seen;
};

/// Counts what records tell of calls. Takes memory for the callers and methods, up to `kMostGroups`
/// of them, and not for the number of records; what comes behind is in the totals only. Not
/// thread-safe: one for each thread, and then `Add`.
class TrailUsage {
 public:
  static constexpr std::size_t kMostGroups = 100'000;

  void Add(const ParsedRecord& record);
  void Add(const TrailUsage& other);

  /// Records by `event.action`.
  const std::map<std::string, std::uint64_t>& actions() const { return actions_; }
  /// What was counted and not written, by `event.reason` of `audit-suppressed`.
  const std::map<std::string, std::uint64_t>& suppressed() const { return suppressed_; }
  /// All calls together; its caller and method are empty.
  const CallUsage& total() const { return total_; }
  std::uint64_t records() const;
  /// The times of all records.
  const TimeSpan& seen() const { return seen_; }
  /// Calls in none of the groups: there were too many.
  std::uint64_t ungrouped() const { return ungrouped_; }

  /// The most frequent first; by name where they are equal.
  std::vector<CallUsage> Calls() const;
  std::vector<DenialUsage> Denials() const;
  std::vector<RuleUsage> Rules() const;

 private:
  template <typename Usage>
  using Groups = std::unordered_map<std::string, Usage>;

  void AddCall(const ParsedRecord& record, const CallUsage& one);
  template <typename Usage>
  Usage* Find(Groups<Usage>& groups, const std::string& key);

  std::map<std::string, std::uint64_t> actions_;
  std::map<std::string, std::uint64_t> suppressed_;
  CallUsage total_;
  TimeSpan seen_;
  std::uint64_t ungrouped_ = 0;
  Groups<CallUsage> calls_;
  Groups<DenialUsage> denials_;
  Groups<RuleUsage> rules_;
  std::string key_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_USAGE_H_
