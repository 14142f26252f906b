#ifndef CERTGATE_SRC_AUDIT_SOURCE_ADDRESS_H_
#define CERTGATE_SRC_AUDIT_SOURCE_ADDRESS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace certgate {

/// The `source` of a record.
struct SourceAddress {
  /// The address without its port, e.g. `127.0.0.1` or `fe80::1%2`. A text that is not an Internet
  /// address with a port (`unix:/run/x.sock`, or anything unexpected) stands here as it came.
  std::string address;
  /// The address as IPv4 or IPv6 text without a zone, and its port; absent for all others.
  std::string ip;
  std::optional<std::uint16_t> port;
};

/// Reads what `grpc_call_get_peer` returns (gRPC's naming document, "Name Syntax"): a URI, of which
/// newer releases percent-encode the brackets. Never fails; at most 4 KiB of an unexpected text are
/// kept, which is more than a record shows.
SourceAddress ParseSourceAddress(std::string_view peer);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_SOURCE_ADDRESS_H_
