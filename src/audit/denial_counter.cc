#include "src/audit/denial_counter.h"

#include <absl/time/clock.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <string_view>
#include <utility>
#include <vector>

#include "src/audit/recent_ids.h"

namespace certgate {
namespace {

// For the denials that find no other room: one that is counted in, and one that is being recorded.
constexpr std::size_t kReservedSlots = 2;

DenialCount NewCount(const DecisionRecord& denial, DenialLimiter::Shared shared) {
  DenialCount count;
  count.head.id = RecordId::Generate(denial.time);
  if (shared == DenialLimiter::Shared::kNothing) return count;
  count.head.reason = static_cast<std::uint8_t>(denial.reason);
  if (denial.certificate != nullptr) {
    count.texts.sha256.Assign(denial.certificate->sha256);
    count.texts.subject.AssignCut(denial.certificate->subject);
  }
  // Half a name would be another caller's.
  const std::string_view name = denial.caller != nullptr && denial.caller->common_name
                                    ? std::string_view(*denial.caller->common_name)
                                    : std::string_view();
  if (decltype(count.texts.common_name)::Holds(name)) count.texts.common_name.Assign(name);
  const std::string_view peer = denial.peer.uri;
  if (decltype(count.texts.peer)::Holds(peer)) count.texts.peer.Assign(peer);
  if (shared == DenialLimiter::Shared::kCallerReasonMethod) count.texts.path.Assign(denial.path);
  return count;
}

}  // namespace

DenialCounter::DenialCounter(const DenialLimits& limits, Clock clock)
    : clock_(std::move(clock)), limiter_(limits), slots_(DenialLedger::kSlots) {
  free_.reserve(slots_.size());
  open_.reserve(slots_.size());
  leaving_.reserve(slots_.size());
  for (std::size_t i = slots_.size(); i-- > 0;) free_.push_back(i);
}

absl::Status DenialCounter::Keep(std::unique_ptr<DenialLedger> ledger,
                                 const std::string& audit_file) {
  absl::StatusOr<DenialLedger::Left> left = ledger->Read();
  if (!left.ok()) return left.status();
  if (left->damaged > 0) {
    spdlog::error("{} counts of denials in `{}` are damaged and lost", left->damaged,
                  ledger->path());
  }
  const std::scoped_lock lock(flush_mutex_, mutex_);
  free_.clear();
  std::vector<std::string_view> ids;
  for (std::size_t i = slots_.size(); i-- > 0;) {
    slots_[i].count = left->counts[i];
    if (slots_[i].count.head.count == 0) {
      free_.push_back(i);
    } else {
      leaving_.push_back(i);
      ids.push_back(slots_[i].count.head.id.text());
    }
  }
  if (!ids.empty()) {
    const std::vector<bool> are_recorded = AreAmongLastRecords(audit_file, ids);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      slots_[leaving_[i]].is_recorded = are_recorded[i];
    }
  }
  ledger_ = std::move(ledger);
  return absl::OkStatus();
}

std::optional<RecordId> DenialCounter::Count(const DecisionRecord& denial) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    if (is_closed_) return std::nullopt;
    const DenialLimiter::Verdict verdict = limiter_.Decide(denial, clock_());
    if (verdict.mark == nullptr) return std::nullopt;
    Slot* const slot = SlotFor(verdict, denial);
    if (slot == nullptr || !AddTo(*slot, denial, verdict.shared)) return std::nullopt;
    counted_.fetch_add(1, std::memory_order_relaxed);
    return slot->count.head.id;
  } catch (...) {
    // A lock or a clock that cannot be had. The denial gets a record of its own.
    return std::nullopt;
  }
}

// The slot that the verdict's mark stands for, or a new one; null if there is none to be had.
DenialCounter::Slot* DenialCounter::SlotFor(const DenialLimiter::Verdict& verdict,
                                            const DecisionRecord& denial) {
  DenialLimiter::Mark& mark = *verdict.mark;
  if (mark.number != 0 && slots_[mark.slot].number == mark.number) return &slots_[mark.slot];
  const std::size_t reserved =
      verdict.shared == DenialLimiter::Shared::kNothing ? 0 : kReservedSlots;
  if (free_.size() <= reserved) return nullptr;
  mark = {.number = ++numbers_, .slot = free_.back()};
  free_.pop_back();
  open_.push_back(mark.slot);
  Slot& slot = slots_[mark.slot];
  slot.count = NewCount(denial, verdict.shared);
  slot.number = mark.number;
  slot.is_recorded = false;
  return &slot;
}

// False, and nothing is changed, if the ledger cannot be written.
bool DenialCounter::AddTo(Slot& slot, const DecisionRecord& denial, DenialLimiter::Shared shared) {
  DenialCount next = slot.count;
  const bool is_first = next.head.count == 0;
  bool with_texts = is_first;
  if (shared != DenialLimiter::Shared::kNothing && !is_first) {
    with_texts = next.AddPeer(denial.peer.uri);
  }
  next.Add(denial.time);
  if (with_texts) next.SumTexts();
  next.SumHead();
  const auto place = static_cast<std::size_t>(&slot - slots_.data());
  if (!Store(place, next, with_texts)) {
    // What the disk holds now is not known; what it should hold is.
    static_cast<void>(Store(place, slot.count, true));
    return false;
  }
  slot.count = next;
  return true;
}

bool DenialCounter::Store(std::size_t slot, const DenialCount& count, bool with_texts) noexcept {
  if (ledger_ == nullptr) return true;
  try {
    const absl::Status stored =
        with_texts ? ledger_->Write(slot, count) : ledger_->WriteHead(slot, count);
    if (stored.ok()) {
      ledger_has_failed_ = false;
      return true;
    }
    if (!std::exchange(ledger_has_failed_, true)) {
      spdlog::error("denials are recorded one by one: {}", std::string(stored.message()));
    }
  } catch (const std::exception&) {
    // No memory for the message.
  }
  return false;
}

absl::Status DenialCounter::Flush(const Write& write) noexcept {
  try {
    const std::lock_guard flushing(flush_mutex_);
    // What waits goes first: as long as it cannot be written, every group stays in its one slot.
    if (absl::Status settled = Settle(write); !settled.ok()) return settled;
    CollectOpen();
    return Settle(write);
  } catch (const std::exception& error) {
    return absl::Status(absl::StatusCode::kUnavailable, "");
  }
}

void DenialCounter::CollectOpen() {
  const std::lock_guard lock(mutex_);
  for (const std::size_t slot : open_) {
    // The marks that stand for it are old from now on.
    slots_[slot].number = 0;
    leaving_.push_back(slot);
  }
  open_.clear();
}

// Slots that are recorded and cannot be cleared stay, and do not hold up the others.
absl::Status DenialCounter::Settle(const Write& write) {
  absl::Status recorded;
  std::erase_if(leaving_, [&](std::size_t slot) {
    if (recorded.ok()) recorded = RecordSlot(slots_[slot], write);
    return recorded.ok() && ClearSlot(slot);
  });
  return recorded;
}

absl::Status DenialCounter::RecordSlot(Slot& slot, const Write& write) {
  if (slot.is_recorded || slot.count.head.count == 0) return absl::OkStatus();
  absl::Status written = write(slot.count.Record(absl::Now()));
  if (written.ok()) {
    const std::lock_guard lock(mutex_);
    slot.is_recorded = true;
  }
  return written;
}

bool DenialCounter::ClearSlot(std::size_t slot) {
  const std::lock_guard lock(mutex_);
  if (!Store(slot, DenialCount(), false)) return false;
  slots_[slot].count = DenialCount();
  slots_[slot].is_recorded = false;
  free_.push_back(slot);
  return true;
}

bool DenialCounter::Close() noexcept {
  try {
    const std::lock_guard lock(mutex_);
    return !std::exchange(is_closed_, true);
  } catch (...) {
    // A lock that cannot be had; who counts cannot have it either.
    return true;
  }
}

std::uint64_t DenialCounter::unrecorded() const noexcept {
  std::uint64_t sum = 0;
  try {
    const std::lock_guard lock(mutex_);
    for (const Slot& slot : slots_) sum += slot.is_recorded ? 0 : slot.count.head.count;
  } catch (...) {
    // A lock that cannot be had.
  }
  return sum;
}

std::unique_ptr<DenialCounter> OpenDenialCounter(const DenialLimits& limits,
                                                 const std::string& audit_file) {
  if (limits.burst == 0 && limits.caller_burst == 0) return nullptr;
  auto counter = std::make_unique<DenialCounter>(limits);
  if (audit_file.empty()) return counter;
  absl::StatusOr<std::unique_ptr<DenialLedger>> ledger = DenialLedger::Open(audit_file + ".counts");
  const absl::Status kept =
      ledger.ok() ? counter->Keep(*std::move(ledger), audit_file) : ledger.status();
  if (!kept.ok()) {
    spdlog::warn("a kill of the process will lose the counts of the last second's denials: {}",
                 std::string(kept.message()));
  }
  return counter;
}

}  // namespace certgate
