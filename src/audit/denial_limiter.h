#ifndef CERTGATE_SRC_AUDIT_DENIAL_LIMITER_H_
#define CERTGATE_SRC_AUDIT_DENIAL_LIMITER_H_

#include <absl/status/status.h>
#include <certgate/audit_log.h>
#include <certgate/audit_record.h>

#include <cstddef>
#include <cstdint>

#include "src/audit/denial_count.h"
#include "src/audit/recent_table.h"
#include "src/audit/token_bucket.h"

namespace certgate {

/// InvalidArgument for rates that can never be reached.
absl::Status CheckLimits(const DenialLimits& limits);

/// Decides which denials get a record of their own and which are counted, and together with which
/// others. Remembers a bounded number of callers and of what they were denied; those beyond are one
/// caller to it. Not thread-safe.
class DenialLimiter {
 public:
  static constexpr std::size_t kCallers = 1024;
  static constexpr std::size_t kGroups = 1024;

  explicit DenialLimiter(const DenialLimits& limits);

  /// What denials that are counted together have in common.
  enum class Shared { kCallerReasonMethod, kCallerReason, kNothing };
  /// Where the count of a group stands; for whoever counts.
  struct Mark {
    std::uint64_t number = 0;
    std::size_t slot = 0;
  };
  struct Verdict {
    /// Null if the denial gets a record of its own. Good until the next call.
    Mark* mark = nullptr;
    Shared shared = Shared::kNothing;
  };

  /// `now` is that of a clock that nobody sets: rates must not depend on the time of day. A method
  /// whose name is longer than `DenialCount` can hold shares the group of those without a name.
  Verdict Decide(const DecisionRecord& denial, TokenBucket::Time now);

 private:
  using CallerText = ShortText<64>;
  struct Caller {
    CallerText text;
    TokenBucket bucket;
  };
  struct Group {
    CallerText caller;
    Reason reason = Reason::kInternalError;
    decltype(DenialCount::Texts::path) path;
    TokenBucket bucket;
    Mark mark;
  };

  Group* FindGroup(std::string_view caller, Reason reason, std::string_view path,
                   TokenBucket::Time now, bool may_add);
  Verdict DecideRest(TokenBucket::Time now);

  const Rate same_;
  const Rate caller_;
  RecentTable<Caller> callers_;
  RecentTable<Group> groups_;
  // What finds no room.
  TokenBucket rest_bucket_;
  Mark rest_mark_;
};

/// Who was denied: the certificate's fingerprint, or the host where there is none.
std::string_view DeniedCaller(const DecisionRecord& denial);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_DENIAL_LIMITER_H_
