#include "src/audit/source_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace certgate {
namespace {

constexpr std::size_t kMaxOtherPeer = 4096;

std::optional<char> DecodedByte(std::string_view escape) {
  if (escape.size() < 3 || escape[0] != '%') return std::nullopt;
  unsigned value = 0;
  const auto parsed = std::from_chars(escape.data() + 1, escape.data() + 3, value, 16);
  if (parsed.ec != std::errc() || parsed.ptr != escape.data() + 3) return std::nullopt;
  return static_cast<char>(value);
}

bool ConsumePrefix(std::string_view prefix, std::string_view& text) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

bool IsAddress(int family, std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) return false;
  std::copy(text.begin(), text.end(), terminated.begin());
  std::array<unsigned char, sizeof(in6_addr)> parsed;
  return inet_pton(family, terminated.data(), parsed.data()) == 1;
}

}  // namespace

SourceAddress::SourceAddress(std::string_view peer) {
  if (ReadInternetPeer(peer)) return;
  address_ = peer.substr(0, kMaxOtherPeer);
  ip_ = {};
  port_.reset();
}

bool SourceAddress::ReadInternetPeer(std::string_view peer) {
  if (peer.size() > kMaxInternetPeer) return false;
  if (ConsumePrefix("ipv4:", peer)) return ReadIpv4(PercentDecode(peer));
  if (ConsumePrefix("ipv6:", peer)) return ReadIpv6(PercentDecode(peer));
  return false;
}

bool SourceAddress::ReadIpv4(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  address_ = text.substr(0, colon);
  ip_ = address_;
  port_ = ParsePort(text.substr(colon + 1));
  return port_.has_value() && IsAddress(AF_INET, ip_);
}

bool SourceAddress::ReadIpv6(std::string_view text) {
  const std::size_t bracket = text.rfind("]:");
  if (bracket == std::string_view::npos || !text.starts_with('[')) return false;
  address_ = text.substr(1, bracket - 1);
  ip_ = address_.substr(0, address_.find('%'));
  port_ = ParsePort(text.substr(bracket + 2));
  return port_.has_value() && IsAddress(AF_INET6, ip_);
}

// A `%` that begins no escape stays: older releases of gRPC write a zone as it is.
std::string_view SourceAddress::PercentDecode(std::string_view text) {
  if (text.find('%') == std::string_view::npos) return text;
  std::size_t size = 0;
  while (!text.empty()) {
    const std::optional<char> byte = DecodedByte(text.substr(0, 3));
    decoded_[size++] = byte.value_or(text.front());
    text.remove_prefix(byte ? 3 : 1);
  }
  return {decoded_.data(), size};
}

}  // namespace certgate
