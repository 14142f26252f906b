#include "src/trail/notable.h"

#include <algorithm>
#include <utility>

namespace certgate {
namespace {

bool IsOutage(const ParsedRecord& record) {
  return record.action == "audit-suppressed" && record.reason != "flood";
}

bool IsLoss(const ParsedRecord& record) {
  return record.action == "audit-open" &&
         (!record.torn.empty() || !record.remark.empty() || record.reason == "vanished");
}

}  // namespace

void NotableRecords::Add(const ParsedRecord& record) {
  if (record.action == "tls-handshake") {
    HandshakeUsage usage;
    usage.cause = record.error;
    usage.count = std::max<std::uint64_t>(record.handshakes, 1);
    usage.seen.Add(record.time);
    AddHandshakes(usage);
    return;
  }
  const bool is_load = record.action == "policy-load";
  const bool is_bad = IsOutage(record) || IsLoss(record) || (is_load && !record.is_allowed());
  if (!is_load && !is_bad) return;
  ++count_;
  Keep({std::string(record.time), record.sequence, std::string(record.action), is_bad,
        std::string(record.message), std::string(record.id)});
}

void NotableRecords::Add(const NotableRecords& other) {
  count_ += other.count_;
  for (const NotableRecord& record : other.records_) Keep(record);
  const std::uint64_t before = failed_handshakes_;
  for (const auto& [cause, usage] : other.causes_) AddHandshakes(usage);
  failed_handshakes_ = before + other.failed_handshakes_;
}

void NotableRecords::Keep(NotableRecord record) {
  if (records_.size() == kMostRecords) {
    if (record < records_.front()) return;
    records_.erase(records_.begin());
  }
  records_.insert(std::upper_bound(records_.begin(), records_.end(), record), std::move(record));
}

void NotableRecords::AddHandshakes(const HandshakeUsage& usage) {
  failed_handshakes_ += usage.count;
  auto found = causes_.find(usage.cause);
  if (found == causes_.end()) {
    if (causes_.size() == kMostCauses) return;
    found = causes_.emplace(usage.cause, HandshakeUsage{usage.cause, 0, {}}).first;
  }
  found->second.count += usage.count;
  found->second.seen.Add(usage.seen);
}

std::vector<HandshakeUsage> NotableRecords::Handshakes() const {
  std::vector<HandshakeUsage> sorted;
  for (const auto& [cause, usage] : causes_) sorted.push_back(usage);
  std::stable_sort(
      sorted.begin(), sorted.end(),
      [](const HandshakeUsage& a, const HandshakeUsage& b) { return a.count > b.count; });
  return sorted;
}

}  // namespace certgate
