#ifndef CERTGATE_SRC_AUDIT_SOURCE_ADDRESS_H_
#define CERTGATE_SRC_AUDIT_SOURCE_ADDRESS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace certgate {

/// The `source` of a record. Allocates nothing: it is made for every call.
class SourceAddress {
 public:
  /// Reads what `grpc_call_get_peer` returns (gRPC's naming document, "Name Syntax"): a URI, of
  /// which newer releases percent-encode the brackets. `peer` must outlive this object. Never
  /// fails; at most 4 KiB of an unexpected text are kept, which is more than a record shows.
  explicit SourceAddress(std::string_view peer);
  SourceAddress(const SourceAddress&) = delete;
  SourceAddress& operator=(const SourceAddress&) = delete;

  /// The address without its port, e.g. `127.0.0.1` or `fe80::1%2`. A text that is not an Internet
  /// address with a port (`unix:/run/x.sock`, or anything unexpected) stands here as it came.
  std::string_view address() const { return address_; }
  /// The address as IPv4 or IPv6 text without a zone, and its port; empty for all others.
  std::string_view ip() const { return ip_; }
  std::optional<std::uint16_t> port() const { return port_; }

 private:
  // More than any address with brackets, zone and port, each character percent-encoded.
  static constexpr std::size_t kMaxInternetPeer = 512;

  bool ReadInternetPeer(std::string_view peer);
  bool ReadIpv4(std::string_view text);
  bool ReadIpv6(std::string_view text);
  std::string_view PercentDecode(std::string_view text);

  std::array<char, kMaxInternetPeer> decoded_;
  std::string_view address_;
  std::string_view ip_;
  std::optional<std::uint16_t> port_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_SOURCE_ADDRESS_H_
