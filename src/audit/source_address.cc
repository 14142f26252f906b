#include "src/audit/source_address.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <system_error>
#include <utility>

namespace certgate {
namespace {

// More than any address with brackets, zone and port, each character percent-encoded.
constexpr std::size_t kMaxInternetPeer = 512;
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

// A `%` that begins no escape stays: older releases of gRPC write a zone as it is.
std::string PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  while (!text.empty()) {
    const std::optional<char> byte = DecodedByte(text.substr(0, 3));
    decoded.push_back(byte.value_or(text.front()));
    text.remove_prefix(byte ? 3 : 1);
  }
  return decoded;
}

std::optional<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

bool IsAddress(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> parsed;
  const bool holds_nul = text.find('\0') != std::string::npos;
  return !holds_nul && inet_pton(family, text.c_str(), parsed.data()) == 1;
}

std::optional<SourceAddress> ParseIpv4(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  SourceAddress source;
  source.address = std::string(text.substr(0, colon));
  source.ip = source.address;
  source.port = ParsePort(text.substr(colon + 1));
  if (!source.port || !IsAddress(AF_INET, source.ip)) return std::nullopt;
  return source;
}

std::optional<SourceAddress> ParseIpv6(std::string_view text) {
  const std::size_t bracket = text.rfind("]:");
  if (bracket == std::string_view::npos || !ConsumePrefix("[", text)) return std::nullopt;
  SourceAddress source;
  source.address = std::string(text.substr(0, bracket - 1));
  source.ip = source.address.substr(0, source.address.find('%'));
  source.port = ParsePort(text.substr(bracket + 1));
  if (!source.port || !IsAddress(AF_INET6, source.ip)) return std::nullopt;
  return source;
}

std::optional<SourceAddress> ParseInternetPeer(std::string_view peer) {
  if (peer.size() > kMaxInternetPeer) return std::nullopt;
  if (ConsumePrefix("ipv4:", peer)) return ParseIpv4(PercentDecode(peer));
  if (ConsumePrefix("ipv6:", peer)) return ParseIpv6(PercentDecode(peer));
  return std::nullopt;
}

}  // namespace

SourceAddress ParseSourceAddress(std::string_view peer) {
  if (std::optional<SourceAddress> internet = ParseInternetPeer(peer)) {
    return *std::move(internet);
  }
  SourceAddress source;
  source.address = std::string(peer.substr(0, kMaxOtherPeer));
  return source;
}

}  // namespace certgate
