#ifndef CERTGATE_SRC_TRAIL_ADDRESS_RANGE_H_
#define CERTGATE_SRC_TRAIL_ADDRESS_RANGE_H_

#include <array>
#include <optional>
#include <string_view>

namespace certgate {

/// An IPv4 or IPv6 address, or a range of them in the notation of RFC 4632, `192.0.2.0/24`. An
/// IPv4-mapped IPv6 address is the IPv4 address.
class AddressRange {
 public:
  /// Nothing if `text` is neither. Bits behind the prefix may be set, and do not count.
  static std::optional<AddressRange> Parse(std::string_view text);

  /// Whether `address`, an address as text, is in the range; false if it is none.
  bool Contains(std::string_view address) const;

 private:
  std::array<unsigned char, 16> address_{};
  unsigned prefix_ = 0;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_ADDRESS_RANGE_H_
