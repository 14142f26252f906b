#ifndef CERTGATE_SRC_AUDIT_DENIAL_COUNT_H_
#define CERTGATE_SRC_AUDIT_DENIAL_COUNT_H_

#include <absl/time/time.h>
#include <certgate/audit_record.h>
#include <certgate/record_id.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>

#include "src/audit/own_records.h"

namespace certgate {

/// A text of at most `kSize` bytes in a value that can be copied byte by byte.
template <std::size_t kSize>
class ShortText {
 public:
  static_assert(kSize <= 255);
  static constexpr bool Holds(std::string_view text) { return text.size() <= kSize; }

  /// Takes as much of `text` as there is room for.
  void Assign(std::string_view text) {
    size_ = static_cast<std::uint8_t>(std::min(text.size(), kSize));
    std::copy_n(text.begin(), size_, bytes_.begin());
  }
  /// The same, cut between two characters and with a mark at the end.
  void AssignCut(std::string_view text) {
    if (Holds(text)) return Assign(text);
    constexpr std::string_view kMark = "...";
    std::size_t size = kSize - kMark.size();
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    Assign(text.substr(0, size));
    std::memcpy(bytes_.data() + size, kMark.data(), kMark.size());
    size_ = static_cast<std::uint8_t>(size + kMark.size());
  }
  std::string_view view() const { return {bytes_.data(), std::min<std::size_t>(size_, kSize)}; }

 private:
  std::uint8_t size_ = 0;
  std::array<char, kSize> bytes_{};
};

/// Denials that are counted together, in the form in which memory and `DenialLedger` hold them. The
/// head changes with each denial, and carries a sum over all, so that half a write is noticed.
struct DenialCount {
  /// No reason in particular.
  static constexpr std::uint8_t kVariousReasons = 255;

  struct Head {
    std::uint64_t count = 0;  // 0: the slot is free
    std::int64_t since_us = 0;
    std::int64_t until_us = 0;
    RecordId id;
    std::uint8_t reason = kVariousReasons;
    std::array<std::uint8_t, 5> unused{};
    std::uint64_t sum = 0;
  };
  struct Texts {
    ShortText<64> sha256;
    ShortText<96> subject;
    /// Of a caller that was accepted as an identity.
    ShortText<64> common_name;
    /// Without it the methods differ.
    ShortText<128> path;
    ShortText<64> peer;
    std::array<std::uint8_t, 19> unused{};
    std::uint64_t sum = 0;
  };

  Head head;
  Texts texts;

  void Add(absl::Time time);
  /// Of another address than the denials before; what is left is what all have in common.
  /// Returns whether the texts changed.
  bool AddPeer(std::string_view peer);

  void SumTexts();
  void SumHead();
  bool IsWhole() const;
  std::optional<Reason> reason() const;

  /// The record that tells of them; it borrows from this object. `time` is when it is written.
  SuppressedRecord Record(absl::Time time) const;
};

static_assert(std::is_trivially_copyable_v<DenialCount>);
static_assert(sizeof(DenialCount::Head) == 64);
// One sector: no disk writes half of it.
static_assert(sizeof(DenialCount) == 512);

/// The part of gRPC's text for a peer that names the host: all but the port.
std::string_view HostOf(std::string_view peer);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_DENIAL_COUNT_H_
