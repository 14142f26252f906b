#include "src/interceptor/listen_error.h"

#include <absl/strings/str_cat.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

namespace certgate {
namespace {

struct HostAndPort {
  std::string host;
  std::string port;
};

HostAndPort Split(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return {std::string(address), ""};
  std::string_view host = address.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  return {std::string(host), std::string(address.substr(colon + 1))};
}

/// The errno of binding to `candidate`, or 0.
int BindError(const addrinfo& candidate) {
  const int descriptor = socket(candidate.ai_family, candidate.ai_socktype | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return errno;
  const int reuse = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof(reuse));
  const bool listening =
      bind(descriptor, candidate.ai_addr, candidate.ai_addrlen) == 0 && listen(descriptor, 1) == 0;
  const int error = listening ? 0 : errno;
  close(descriptor);
  return error;
}

/// Why `address` cannot be listened on, or empty if it can.
std::string Explain(const std::string& address) {
  const HostAndPort parts = Split(address);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(parts.host.empty() ? nullptr : parts.host.c_str(),
                                  parts.port.c_str(), &hints, &found);
  if (failure != 0) return absl::StrCat(gai_strerror(failure), "; write HOST:PORT");
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> candidates(found, &freeaddrinfo);
  for (const addrinfo* candidate = found; candidate != nullptr; candidate = candidate->ai_next) {
    const int error = BindError(*candidate);
    if (error == EADDRINUSE) {
      return "the port is in use; choose another one or stop the program that holds it";
    }
    if (error != 0) return std::strerror(error);
  }
  return "";
}

}  // namespace

absl::Status ListenError(const std::vector<std::string>& addresses) {
  for (const std::string& address : addresses) {
    if (address.starts_with("unix:")) continue;
    const std::string why = Explain(address);
    if (!why.empty()) {
      return absl::UnavailableError(absl::StrCat("cannot listen on `", address, "`: ", why));
    }
  }
  return absl::UnavailableError("the server could not be started; gRPC's own log says why");
}

}  // namespace certgate
