#include "src/audit/syslog_address.h"

#include <absl/status/status.h>
#include <sys/un.h>

#include <charconv>
#include <cstdint>
#include <string_view>

#include "src/audit/print_us_ascii.h"

namespace certgate {
namespace {

constexpr std::string_view kLocal = "unix:";
constexpr std::string_view kTcp = "tcp:";
// With the NUL at the end.
constexpr std::size_t kMostPathBytes = sizeof(sockaddr_un::sun_path) - 1;

absl::Status Wrong(const std::string& text, const std::string& why) {
  return absl::InvalidArgumentError("syslog address `" + text + "`: " + why);
}

bool IsPort(std::string_view text) {
  std::uint32_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65'535;
}

absl::StatusOr<SyslogAddress> Local(const std::string& text) {
  SyslogAddress address;
  address.path = text.substr(kLocal.size());
  if (!address.path.starts_with('/') || address.path.find('\0') != std::string::npos) {
    return Wrong(text, "the socket must have an absolute path, such as `unix:/dev/log`");
  }
  if (address.path.size() > kMostPathBytes) {
    return Wrong(text, "the path of a socket has at most " + std::to_string(kMostPathBytes) +
                           " bytes; move the socket, or link to it from a shorter path");
  }
  return address;
}

absl::StatusOr<SyslogAddress> Tcp(const std::string& text) {
  const std::string rest = text.substr(kTcp.size());
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string::npos || !IsPort(std::string_view(rest).substr(colon + 1))) {
    return Wrong(text,
                 "a port from 1 to 65535 must stand at the end, such as in "
                 "`tcp:logs.acme.example:601`");
  }
  SyslogAddress address;
  address.host = rest.substr(0, colon);
  address.port = rest.substr(colon + 1);
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  } else if (address.host.find(':') != std::string::npos) {
    return Wrong(text,
                 "an IPv6 address must stand in brackets, such as in `tcp:[2001:db8::7]:601`");
  }
  if (address.host.empty()) return Wrong(text, "there is no host; write it as `tcp:HOST:PORT`");
  if (!IsPrintUsAscii(address.host)) {
    return Wrong(text, "a host has neither blanks nor control characters in its name");
  }
  return address;
}

}  // namespace

absl::StatusOr<SyslogAddress> SyslogAddress::Parse(const std::string& text) {
  if (text.starts_with(kLocal)) return Local(text);
  if (text.starts_with(kTcp)) return Tcp(text);
  return Wrong(text, "it must be `unix:PATH`, such as `unix:/dev/log`, or `tcp:HOST:PORT`");
}

}  // namespace certgate
