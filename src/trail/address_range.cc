#include "src/trail/address_range.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

namespace certgate {
namespace {

constexpr unsigned kBits = 128;
// An IPv4 address stands in the last 32 bits of `::ffff:0:0/96` (RFC 4291, section 2.5.5.2).
constexpr unsigned kMappedBits = 96;

using Address = std::array<unsigned char, kBits / 8>;

struct Parsed {
  Address address{};
  bool is_v4 = false;
};

std::optional<Parsed> ParseAddress(std::string_view text) {
  const std::string terminated(text);
  Parsed parsed;
  if (inet_pton(AF_INET6, terminated.c_str(), parsed.address.data()) == 1) return parsed;
  parsed.is_v4 = true;
  parsed.address[10] = parsed.address[11] = 0xFF;
  if (inet_pton(AF_INET, terminated.c_str(), parsed.address.data() + kMappedBits / 8) == 1) {
    return parsed;
  }
  return std::nullopt;
}

}  // namespace

std::optional<AddressRange> AddressRange::Parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto parsed = ParseAddress(text.substr(0, slash));
  if (!parsed.has_value()) return std::nullopt;
  AddressRange range;
  range.address_ = parsed->address;
  range.prefix_ = kBits;
  if (slash == text.npos) return range;
  const std::string_view digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  const unsigned most = parsed->is_v4 ? kBits - kMappedBits : kBits;
  if (error != std::errc() || end != digits.data() + digits.size() || bits > most) {
    return std::nullopt;
  }
  range.prefix_ = parsed->is_v4 ? kMappedBits + bits : bits;
  return range;
}

bool AddressRange::Contains(std::string_view address) const {
  const auto parsed = ParseAddress(address);
  if (!parsed.has_value()) return false;
  const std::size_t whole = prefix_ / 8;
  if (std::memcmp(parsed->address.data(), address_.data(), whole) != 0) return false;
  const unsigned rest = prefix_ % 8;
  if (rest == 0) return true;
  const unsigned mask = 0xFFU << (8 - rest) & 0xFFU;
  return ((parsed->address[whole] ^ address_[whole]) & mask) == 0;
}

}  // namespace certgate
