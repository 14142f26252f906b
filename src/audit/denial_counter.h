#ifndef CERTGATE_SRC_AUDIT_DENIAL_COUNTER_H_
#define CERTGATE_SRC_AUDIT_DENIAL_COUNTER_H_

#include <absl/status/status.h>
#include <certgate/audit_log.h>
#include <certgate/audit_record.h>
#include <certgate/record_id.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "src/audit/denial_count.h"
#include "src/audit/denial_ledger.h"
#include "src/audit/denial_limiter.h"
#include "src/audit/own_records.h"

namespace certgate {

/// Counts the denials that come too often, in memory and in a ledger, until the counts are
/// recorded. Each denial is either counted exactly once or left to be written. Thread-safe.
class DenialCounter {
 public:
  /// A steady clock; tests replace it.
  using Clock = std::function<TokenBucket::Time()>;

  explicit DenialCounter(const DenialLimits& limits, Clock clock = &TokenBucket::Time::clock::now);

  /// Keeps the counts in `ledger` from now on, and takes over what it holds, but for counts whose
  /// records are among the last of the trail in `audit_file` already: the process ended between
  /// writing the one and clearing the other. Before the first `Count`.
  absl::Status Keep(std::unique_ptr<DenialLedger> ledger, const std::string& audit_file);

  /// Counts `denial`, and returns the identifier of the record that will tell of it. Nothing if it
  /// is to have a record of its own: it is within the limits, there is no room to count it in, the
  /// ledger cannot be written, or `Close` was called. Allocates nothing.
  std::optional<RecordId> Count(const DecisionRecord& denial) noexcept;

  /// Writes one record for each count. One that cannot be written stays, and is tried again at the
  /// next call; until then all others keep their places. Returns the error of the record.
  using Write = std::function<absl::Status(const SuppressedRecord&)>;
  absl::Status Flush(const Write& write) noexcept;

  /// From now on nothing is counted. False if it was so before.
  bool Close() noexcept;

  /// Denials counted since this object was made.
  std::uint64_t counted() const noexcept { return counted_.load(std::memory_order_relaxed); }
  /// Of those, and of what was left in the ledger, how many are not recorded.
  std::uint64_t unrecorded() const noexcept;

 private:
  /// Where denials are counted together.
  struct Slot {
    DenialCount count;
    // Given anew for each use, so that the limiter's marks know an old one.
    std::uint64_t number = 0;
    bool is_recorded = false;  // and only to be cleared
  };

  Slot* SlotFor(const DenialLimiter::Verdict& verdict, const DecisionRecord& denial);
  bool AddTo(Slot& slot, const DecisionRecord& denial, DenialLimiter::Shared shared);
  bool Store(std::size_t slot, const DenialCount& count, bool with_texts) noexcept;
  absl::Status Settle(const Write& write);
  absl::Status RecordSlot(Slot& slot, const Write& write);
  bool ClearSlot(std::size_t slot);
  void CollectOpen();

  const Clock clock_;

  // Before mutex_.
  std::mutex flush_mutex_;
  // Taken out of use, to be recorded and cleared. Guarded by flush_mutex_; so are the counts in
  // them.
  std::vector<std::size_t> leaving_;

  mutable std::mutex mutex_;
  // All guarded by mutex_.
  DenialLimiter limiter_;
  std::unique_ptr<DenialLedger> ledger_;
  std::vector<Slot> slots_;
  std::vector<std::size_t> free_;
  std::vector<std::size_t> open_;
  std::uint64_t numbers_ = 0;
  bool is_closed_ = false;
  bool ledger_has_failed_ = false;

  std::atomic<std::uint64_t> counted_{0};
};

/// A counter that keeps the counts in `audit_file`.counts. Null if there are no limits. Without an
/// audit file, and with a warning where the counts cannot be kept, it has them in memory alone.
std::unique_ptr<DenialCounter> OpenDenialCounter(const DenialLimits& limits,
                                                 const std::string& audit_file);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_DENIAL_COUNTER_H_
