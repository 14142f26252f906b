#include "src/server/connection_gate.h"

#include <absl/strings/str_cat.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <limits>
#include <string>
#include <thread>
#include <utility>

namespace certgate {
namespace {

// Descriptors of the server itself: standard streams, the audit file, pollers, watches. About ten.
constexpr int kOwnDescriptors = 64;
// Descriptors that connections never get, for files that are opened later.
constexpr int kReserve = 64;
// For want of memory or of descriptors in the whole system.
constexpr auto kRetry = std::chrono::milliseconds(10);

struct Gate {
  // The kernel gives the lowest descriptor that is free: a connection with this one or a higher one
  // means that as many are in use.
  std::atomic<int> first_refused = std::numeric_limits<int>::max();
  // Set before there is a server.
  TurnedAway turned_away;
};

// Not destroyed: gRPC's threads may accept while the process ends.
Gate& TheGate() {
  static Gate& gate = *new Gate;
  return gate;
}

std::string PeerOf(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return absl::StrCat("ipv4:", text.data(), ":", ntohs(v4.sin_port));
  }
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    return absl::StrCat("ipv6:%5B", text.data(), "%5D:", ntohs(v6.sin6_port));
  }
  return "";
}

void TurnAway(int connection) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  const bool known = getpeername(connection, reinterpret_cast<sockaddr*>(&address), &length) == 0;
  close(connection);
  const TurnedAway& turned_away = TheGate().turned_away;
  if (turned_away) turned_away(known ? PeerOf(address) : "");
}

// Errors after which gRPC goes on, or is right to stop: the listening socket itself is closed.
bool IsForGrpc(int error) {
  return error == EAGAIN || error == EINTR || error == ECONNABORTED || error == EINVAL ||
         error == EBADF || error == ENOTSOCK || error == EOPNOTSUPP || error == EFAULT;
}

bool IsShortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

// accept4(2), which fails only where gRPC can bear it. In a shortage it waits: gRPC is told of
// connections that wait only when another one comes, and none can once the backlog is full. Other
// errors are those of one connection, and are over with it.
int AcceptForGrpc(int listener, sockaddr* address, socklen_t* length, int flags) {
  const socklen_t room = length == nullptr ? 0 : *length;
  for (;;) {
    if (length != nullptr) *length = room;
    const int connection = static_cast<int>(syscall(SYS_accept4, listener, address, length, flags));
    if (connection >= 0) {
      if (connection < TheGate().first_refused.load(std::memory_order_relaxed)) return connection;
      TurnAway(connection);
    } else if (IsForGrpc(errno)) {
      return -1;
    } else if (IsShortage(errno)) {
      std::this_thread::sleep_for(kRetry);
    }
  }
}

}  // namespace

absl::StatusOr<int> OpenConnectionGate(int most, TurnedAway turned_away) {
  constexpr rlim_t kOther = kOwnDescriptors + kReserve;
  const rlim_t wanted = static_cast<rlim_t>(most) + kOther;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return absl::ErrnoToStatus(errno, "RLIMIT_NOFILE");
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return absl::ErrnoToStatus(errno, "RLIMIT_NOFILE");
  }
  if (limit.rlim_cur <= kOther) {
    return absl::FailedPreconditionError(
        absl::StrCat("the limit of open files is ", limit.rlim_cur, ", which leaves none for ",
                     "connections: raise it above ", kOther, " (`ulimit -Hn`, LimitNOFILE)"));
  }
  const int connections = static_cast<int>(std::min(wanted, limit.rlim_cur) - kOther);
  TheGate().turned_away = std::move(turned_away);
  TheGate().first_refused = connections + kOwnDescriptors;
  return connections;
}

}  // namespace certgate

// gRPC's library calls this one: what a program defines goes before what its libraries define.
extern "C" int accept4(int listener, sockaddr* address, socklen_t* length, int flags) {
  return certgate::AcceptForGrpc(listener, address, length, flags);
}
