#include "src/audit/syslog_connection.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <string>
#include <system_error>
#include <utility>

namespace certgate {
namespace {

constexpr int kSocketFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;
// Room for the longest record, and a bound for what is on its way when a server dies: of itself the
// system lets a TCP connection hold megabytes. It doubles this, and counts its own needs in.
constexpr int kSendBufferBytes = 128 * 1024;
// Words of the server that are read, at most, before each write.
constexpr int kMostAnswers = 16;

std::string NextStep(int error) {
  switch (error) {
    case ENOENT:
      return "no syslog server has made this socket; start it, or name the socket that it has";
    case EACCES:
    case EPERM:
      return "give the user of this program the right to write there";
    case ECONNREFUSED:
      return "no syslog server listens there; start it, or correct the address";
    case EMSGSIZE:
      return "a datagram of this system takes no message of this length; give the syslog server a "
             "stream socket, or send over TCP";
    case EAGAIN:
      return "the syslog server accepts no connection; see whether it hangs";
    default:
      return "see whether the syslog server runs and the address is right";
  }
}

absl::Status Failed(const std::string& what, int error) {
  return absl::UnavailableError("cannot " + what + ": " + std::system_category().message(error) +
                                "; " + NextStep(error));
}

// Waits until `events` or an error are there; false when the time is up.
bool WaitFor(int socket, short events, SyslogConnection::Deadline deadline) {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd ready = {socket, events, 0};
    const auto timeout = std::min<std::chrono::milliseconds::rep>(left.count(), INT_MAX);
    const int count = poll(&ready, 1, static_cast<int>(timeout));
    if (count > 0 || (count < 0 && errno != EINTR)) return true;
  }
}

// 0, or what went wrong.
int ConnectSocket(int socket, const sockaddr* address, socklen_t size,
                  SyslogConnection::Deadline deadline) {
  if (connect(socket, address, size) == 0) return 0;
  if (errno != EINPROGRESS && errno != EINTR) return errno;
  if (!WaitFor(socket, POLLOUT, deadline)) return ETIMEDOUT;
  int error = 0;
  socklen_t length = sizeof(error);
  if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return errno;
  return error;
}

int MakeSocket(int family, int type) {
  const int made = socket(family, type | kSocketFlags, 0);
  if (made < 0) return made;
  setsockopt(made, SOL_SOCKET, SO_SNDBUF, &kSendBufferBytes, sizeof(kSendBufferBytes));
  return made;
}

// A server that is gone without a word is noticed, also when nothing is sent.
void SetTcpOptions(int socket) {
  const int on = 1;
  const int silent_seconds = 30;
  const int between_seconds = 10;
  const unsigned unacknowledged_ms = 30'000;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &silent_seconds, sizeof(silent_seconds));
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &between_seconds, sizeof(between_seconds));
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms, sizeof(unacknowledged_ms));
}

// The time until `deadline`, divided among `attempts`: one that gets no answer leaves some to those
// behind it.
SyslogConnection::Deadline ShareOf(SyslogConnection::Deadline deadline, std::ptrdiff_t attempts) {
  const auto now = std::chrono::steady_clock::now();
  return now + (deadline - now) / attempts;
}

std::ptrdiff_t CountFrom(const addrinfo* address) {
  std::ptrdiff_t count = 0;
  for (; address != nullptr; address = address->ai_next) ++count;
  return count;
}

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { freeaddrinfo(addresses); }
};

}  // namespace

SyslogConnection::~SyslogConnection() { close(socket_); }

absl::StatusOr<std::unique_ptr<SyslogConnection>> SyslogConnection::Connect(
    const SyslogAddress& address, Deadline deadline) {
  return address.is_local() ? ConnectLocal(address) : ConnectTcp(address, deadline);
}

absl::StatusOr<std::unique_ptr<SyslogConnection>> SyslogConnection::ConnectLocal(
    const SyslogAddress& address) {
  sockaddr_un name = {};
  name.sun_family = AF_UNIX;
  std::copy(address.path.begin(), address.path.end(), std::begin(name.sun_path));
  int error = 0;
  for (const auto& [type, framing] :
       {std::pair(SOCK_DGRAM, Framing::kDatagram), std::pair(SOCK_STREAM, Framing::kNewline)}) {
    const int made = MakeSocket(AF_UNIX, type);
    if (made < 0) return Failed("make a socket", errno);
    std::unique_ptr<SyslogConnection> connection(new SyslogConnection(made, framing));
    // The kernel answers at once.
    error = ConnectSocket(made, reinterpret_cast<const sockaddr*>(&name), sizeof(name), {});
    if (error == 0) return connection;
    if (error != EPROTOTYPE) break;
  }
  return Failed("connect", error);
}

absl::StatusOr<std::unique_ptr<SyslogConnection>> SyslogConnection::ConnectTcp(
    const SyslogAddress& address, Deadline deadline) {
  addrinfo hints = {};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int looked_up = getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found);
  if (looked_up != 0) {
    return absl::UnavailableError("cannot find the host `" + address.host +
                                  "`: " + gai_strerror(looked_up) +
                                  "; correct its name, or write its address");
  }
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);
  int error = EHOSTUNREACH;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    const int made = MakeSocket(one->ai_family, SOCK_STREAM);
    if (made < 0) {
      error = errno;
      continue;
    }
    std::unique_ptr<SyslogConnection> connection(new SyslogConnection(made, Framing::kOctetCount));
    SetTcpOptions(made);
    error = ConnectSocket(made, one->ai_addr, one->ai_addrlen, ShareOf(deadline, CountFrom(one)));
    if (error == 0) return connection;
  }
  return Failed("connect", error);
}

std::string SyslogConnection::Framed(std::string_view message) const {
  std::string framed;
  framed.reserve(message.size() + 8);
  if (framing_ == Framing::kOctetCount) framed.append(std::to_string(message.size())).append(" ");
  framed.append(message);
  if (framing_ == Framing::kNewline) framed.push_back('\n');
  return framed;
}

// Of a datagram the kernel takes all or nothing.
absl::Status SyslogConnection::Send(std::string_view framed, std::size_t& sent, Deadline deadline) {
  while (sent < framed.size()) {
    const std::string_view rest = framed.substr(sent);
    const ssize_t count = send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count > 0) {
      sent += static_cast<std::size_t>(count);
      continue;
    }
    const int error = count == 0 ? EIO : errno;
    if (error == EINTR) continue;
    if (error != EAGAIN && error != EWOULDBLOCK && error != ENOBUFS) {
      is_broken_ = true;
      return Failed("write", error);
    }
    if (!WaitFor(socket_, POLLOUT, deadline)) {
      return absl::UnavailableError(
          "the syslog server takes nothing; see whether it runs and can write its files");
    }
    // Poll does not wait for buffers that the system has no memory for.
    if (error == ENOBUFS) usleep(1000);
  }
  return absl::OkStatus();
}

bool SyslogConnection::IsBroken() {
  if (is_broken_ || framing_ == Framing::kDatagram) return is_broken_;
  // What a server says is of no interest, but stands before the end of the connection; and closing
  // one with unread words makes the kernel throw away what is still on its way. One that never
  // stops talking is not listened to for ever.
  std::array<char, 4096> answer;
  for (int i = 0; i < kMostAnswers; ++i) {
    const ssize_t count = recv(socket_, answer.data(), answer.size(), MSG_DONTWAIT);
    if (count > 0 || (count < 0 && errno == EINTR)) continue;
    is_broken_ = count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
    break;
  }
  return is_broken_;
}

}  // namespace certgate
