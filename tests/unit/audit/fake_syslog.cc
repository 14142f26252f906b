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

int ListenOnPort(int& port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  socklen_t size = sizeof(address);
  Require(bind(made, reinterpret_cast<const sockaddr*>(&address), size) == 0, "bind");
  Require(getsockname(made, reinterpret_cast<sockaddr*>(&address), &size) == 0, "getsockname");
  port = ntohs(address.sin_port);
  return made;
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
      socket_ = ListenOnPort(port_);
      break;
  }
  Require(listen(socket_, 8) == 0, "listen");
}

FakeSyslog::~FakeSyslog() {
  HangUp();
  close(socket_);
  if (kind_ != Kind::kTcp) unlink(path_.c_str());
}

std::string FakeSyslog::address() const {
  return kind_ == Kind::kTcp ? "tcp:127.0.0.1:" + std::to_string(port_) : "unix:" + path_;
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

std::string FakeSyslog::Take(std::size_t bytes) {
  std::string taken;
  while (taken.size() < bytes) {
    WaitUntilReadable(connection_);
    std::string piece(bytes - taken.size(), '\0');
    const ssize_t got = recv(connection_, piece.data(), piece.size(), 0);
    if (got <= 0) throw std::runtime_error("the connection ended behind `" + taken + "`");
    taken += piece.substr(0, static_cast<std::size_t>(got));
  }
  return taken;
}

std::string FakeSyslog::TakeCounted() {
  std::string length;
  for (std::string digit; (digit = Take(1)) != " ";) length += digit;
  return Take(std::stoul(length));
}

std::string FakeSyslog::TakeLine() {
  std::string line;
  for (std::string next; (next = Take(1)) != "\n";) line += next;
  return line;
}

void FakeSyslog::HangUp() {
  if (connection_ >= 0) close(connection_);
  connection_ = -1;
}

}  // namespace certgate::testing
