#include "src/audit/source_address.h"

#include <string>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

struct Case {
  const char* peer;
  const char* address;
  const char* ip;
  int port;
};

TEST_CASE("an Internet peer is taken apart") {
  const Case example = GENERATE(values<Case>({
      {"ipv4:127.0.0.1:46924", "127.0.0.1", "127.0.0.1", 46924},
      {"ipv4:192.0.2.1:0", "192.0.2.1", "192.0.2.1", 0},
      {"ipv6:%5B::1%5D:46924", "::1", "::1", 46924},
      {"ipv6:%5b2001:db8::7%5d:65535", "2001:db8::7", "2001:db8::7", 65535},
      {"ipv6:[::1]:46924", "::1", "::1", 46924},
      {"ipv6:%5Bfe80::1%252%5D:5", "fe80::1%2", "fe80::1", 5},
      {"ipv6:%5Bfe80::1%25eth0%5D:5", "fe80::1%eth0", "fe80::1", 5},
      {"ipv6:[fe80::1%eth0]:5", "fe80::1%eth0", "fe80::1", 5},
      {"ipv6:%5B::ffff:192.0.2.1%5D:5", "::ffff:192.0.2.1", "::ffff:192.0.2.1", 5},
  }));
  const SourceAddress source(example.peer);
  CHECK(source.address() == example.address);
  CHECK(source.ip() == example.ip);
  REQUIRE(source.port().has_value());
  CHECK(*source.port() == example.port);
}

TEST_CASE("any other peer is kept as it came") {
  const std::string peer = GENERATE(
      as<std::string>{}, "unix:/run/certgate.sock", "unix:", "unix-abstract:%00name", "", "unknown",
      "ipv4:", "ipv4:127.0.0.1", "ipv4:127.0.0.1:", "ipv4:127.0.0.1:65536", "ipv4:127.0.0.1:-1",
      "ipv4:127.0.0.1:+1", "ipv4:127.0.0.1:1x", "ipv4:127.0.0.1: 1", "ipv4:127.0.0.256:1",
      "ipv4:localhost:1", "ipv4:127.0.0.1%00:1", "ipv6:%5B::1%5D", "ipv6:::1:5", "ipv6:[:5",
      "ipv6:]:5", "ipv6:[]:5", "ipv6:[127.0.0.1]:5", "ipv6:[::1%00]x]:5", "ipv6:%5B::1%5D:99999",
      "IPV4:127.0.0.1:1", "%", "ipv4:%", "ipv4:%4", "ipv6:%5B%zz%5D:1", "vsock:2:5");
  const SourceAddress source(peer);
  CHECK(source.address() == peer);
  CHECK(source.ip().empty());
  CHECK_FALSE(source.port().has_value());
}

TEST_CASE("a giant peer text is read in part only") {
  const std::string peer = "ipv4:" + std::string(1 << 20, '1');
  CHECK(SourceAddress(peer).address().size() == 4096);
}

}  // namespace
}  // namespace certgate
