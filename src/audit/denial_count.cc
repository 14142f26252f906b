#include "src/audit/denial_count.h"

namespace certgate {
namespace {

// FNV-1a, 64 bits: against accidents, not against people.
std::uint64_t Sum(const void* data, std::size_t size, std::uint64_t seed) {
  const auto* const bytes = static_cast<const unsigned char*>(data);
  std::uint64_t sum = seed ^ 0xCBF29CE484222325u;
  for (std::size_t i = 0; i < size; ++i) sum = (sum ^ bytes[i]) * 0x100000001B3u;
  return sum;
}

std::uint64_t SumOf(const DenialCount::Texts& texts) {
  return Sum(&texts, offsetof(DenialCount::Texts, sum), 0);
}

std::uint64_t SumOf(const DenialCount& count) {
  return Sum(&count.head, offsetof(DenialCount::Head, sum), count.texts.sum);
}

}  // namespace

std::string_view HostOf(std::string_view peer) {
  if (!peer.starts_with("ipv4:") && !peer.starts_with("ipv6:")) return peer;
  return peer.substr(0, peer.rfind(':'));
}

void DenialCount::Add(absl::Time time) {
  const std::int64_t at = absl::ToUnixMicros(time);
  head.since_us = head.count == 0 ? at : std::min(head.since_us, at);
  head.until_us = head.count == 0 ? at : std::max(head.until_us, at);
  ++head.count;
}

bool DenialCount::AddPeer(std::string_view peer) {
  const std::string_view known = texts.peer.view();
  if (known.empty() || known == peer) return false;
  const std::string_view host = HostOf(known);
  if (host != HostOf(peer)) {
    texts.peer.Assign("");
    return true;
  }
  // Port 0 is nobody's: that of the record is left out.
  std::array<char, 66> without_port{};
  std::memcpy(without_port.data(), host.data(), host.size());
  std::memcpy(without_port.data() + host.size(), ":0", 2);
  const std::string_view shorter(without_port.data(), host.size() + 2);
  if (known == shorter) return false;
  texts.peer.Assign(shorter);
  return true;
}

void DenialCount::SumTexts() { texts.sum = SumOf(texts); }

void DenialCount::SumHead() { head.sum = SumOf(*this); }

bool DenialCount::IsWhole() const { return texts.sum == SumOf(texts) && head.sum == SumOf(*this); }

std::optional<Reason> DenialCount::reason() const {
  if (head.reason > static_cast<std::uint8_t>(Reason::kAuditUnavailable)) return std::nullopt;
  return static_cast<Reason>(head.reason);
}

SuppressedRecord DenialCount::Record(absl::Time time) const {
  SuppressedRecord record;
  record.time = time;
  record.id = head.id.text();
  record.cause = SuppressedRecord::Cause::kFlood;
  record.count = head.count;
  record.since = absl::FromUnixMicros(head.since_us);
  record.until = absl::FromUnixMicros(head.until_us);
  if (const std::optional<Reason> known = reason()) record.decision_reason = ToString(*known);
  record.path = texts.path.view();
  record.peer_uri = texts.peer.view();
  record.subject = texts.subject.view();
  record.common_name = texts.common_name.view();
  record.certificate_sha256 = texts.sha256.view();
  return record;
}

}  // namespace certgate
