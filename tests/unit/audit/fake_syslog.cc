#include "tests/unit/audit/fake_syslog.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <system_error>

namespace certgate::testing {
namespace {

constexpr int kPatienceMs = 10'000;

void Require(bool good, const std::string& what) {
  if (!good) throw std::runtime_error(what + ": " + std::system_category().message(errno));
}

int Listen(int type, const std::string& path) {
  sockaddr_un name = {};
  name.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), std::begin(name.sun_path));
  unlink(path.c_str());
  const int made = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  Require(bind(made, reinterpret_cast<const sockaddr*>(&name), sizeof(name)) == 0, "bind");
  return made;
}

template <typename Address>
int ListenOnPort(Address address, in_port_t Address::*port_of, int& port) {
  address.*port_of = htons(static_cast<std::uint16_t>(port));
  const auto family = reinterpret_cast<const sockaddr&>(address).sa_family;
  const int made = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  socklen_t size = sizeof(address);
  Require(bind(made, reinterpret_cast<const sockaddr*>(&address), size) == 0, "bind");
  Require(getsockname(made, reinterpret_cast<sockaddr*>(&address), &size) == 0, "getsockname");
  port = ntohs(address.*port_of);
  return made;
}

int ListenOnPort4(int& port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ListenOnPort(address, &sockaddr_in::sin_port, port);
}

int ListenOnPort6(int& port) {
  sockaddr_in6 address = {};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  return ListenOnPort(address, &sockaddr_in6::sin6_port, port);
}

}  // namespace

FakeSyslog::FakeSyslog(Kind kind, const std::string& path, int port)
    : kind_(kind), path_(path), port_(port) {
  switch (kind) {
    case Kind::kDatagram:
      socket_ = Listen(SOCK_DGRAM, path);
      return;
    case Kind::kStream:
      socket_ = Listen(SOCK_STREAM, path);
      break;
    case Kind::kTcp:
      socket_ = ListenOnPort4(port_);
      break;
    case Kind::kTcp6:
      socket_ = ListenOnPort6(port_);
      break;
  }
  Require(listen(socket_, 8) == 0, "listen");
}

FakeSyslog::~FakeSyslog() {
  HangUp();
  close(socket_);
  if (is_local()) unlink(path_.c_str());
}

std::string FakeSyslog::address() const {
  if (is_local()) return "unix:" + path_;
  return (kind_ == Kind::kTcp6 ? "tcp:[::1]:" : "tcp:127.0.0.1:") + std::to_string(port_);
}

void FakeSyslog::WaitUntilReadable(int fd) const {
  pollfd ready = {fd, POLLIN, 0};
  if (poll(&ready, 1, kPatienceMs) != 1) throw std::runtime_error("nothing came");
}

std::string FakeSyslog::TakeDatagram() {
  WaitUntilReadable(socket_);
  std::string message(65536, '\0');
  const ssize_t got = recv(socket_, message.data(), message.size(), 0);
  Require(got > 0, "recv");
  message.resize(static_cast<std::size_t>(got));
  return message;
}

void FakeSyslog::Accept() {
  HangUp();
  WaitUntilReadable(socket_);
  connection_ = accept(socket_, nullptr, nullptr);
  Require(connection_ >= 0, "accept");
}

void FakeSyslog::TakeMore() {
  WaitUntilReadable(connection_);
  std::string piece(65536, '\0');
  const ssize_t got = recv(connection_, piece.data(), piece.size(), 0);
  if (got <= 0) throw std::runtime_error("the connection ended behind `" + taken_ + "`");
  taken_.append(piece, 0, static_cast<std::size_t>(got));
}

std::string FakeSyslog::TakeBytes(std::size_t count) {
  while (taken_.size() < count) TakeMore();
  std::string first = taken_.substr(0, count);
  taken_.erase(0, count);
  return first;
}

std::string FakeSyslog::TakeUntil(char end) {
  std::size_t at = 0;
  for (std::size_t from = 0; (at = taken_.find(end, from)) == std::string::npos;) {
    from = taken_.size();
    TakeMore();
  }
  std::string first = TakeBytes(at + 1);
  first.pop_back();
  return first;
}

std::string FakeSyslog::Take() {
  if (kind_ == Kind::kDatagram) return TakeDatagram();
  return kind_ == Kind::kStream ? TakeUntil('\n') : TakeBytes(std::stoul(TakeUntil(' ')));
}

std::size_t FakeSyslog::Say() {
  const std::string words(65536, 'x');
  std::size_t said = 0;
  for (ssize_t count;
       (count = send(connection_, words.data(), words.size(), MSG_DONTWAIT | MSG_NOSIGNAL)) > 0;) {
    said += static_cast<std::size_t>(count);
  }
  return said;
}

void FakeSyslog::HangUp() {
  if (connection_ >= 0) close(connection_);
  connection_ = -1;
  taken_.clear();
}

}  // namespace certgate::testing
