#include "src/audit/syslog_address.h"

#include <string>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

TEST_CASE("a syslog address is a local socket or a TCP port") {
  const auto local = SyslogAddress::Parse("unix:/dev/log");
  REQUIRE(local.ok());
  CHECK(local->is_local());
  CHECK(local->path == "/dev/log");

  const auto named = SyslogAddress::Parse("tcp:logs.acme.example:601");
  REQUIRE(named.ok());
  CHECK_FALSE(named->is_local());
  CHECK(named->host == "logs.acme.example");
  CHECK(named->port == "601");

  const auto bracketed = SyslogAddress::Parse("tcp:[2001:db8::7]:601");
  REQUIRE(bracketed.ok());
  CHECK(bracketed->host == "2001:db8::7");
  CHECK(bracketed->port == "601");
}

TEST_CASE("a syslog address that cannot be is refused with what would be right") {
  const auto [text, advice] = GENERATE(table<std::string, std::string>({
      {"", "it must be `unix:PATH`, such as `unix:/dev/log`, or `tcp:HOST:PORT`"},
      {"/dev/log", "it must be `unix:PATH`, such as `unix:/dev/log`, or `tcp:HOST:PORT`"},
      {"udp:127.0.0.1:514", "it must be `unix:PATH`, such as `unix:/dev/log`, or `tcp:HOST:PORT`"},
      {"unix:", "the socket must have an absolute path, such as `unix:/dev/log`"},
      {"unix:log", "the socket must have an absolute path, such as `unix:/dev/log`"},
      {"unix:/" + std::string(107, 'x'), "the path of a socket has at most 107 bytes"},
      {"tcp:logs.acme.example", "a port from 1 to 65535 must stand at the end"},
      {"tcp:logs.acme.example:", "a port from 1 to 65535 must stand at the end"},
      {"tcp:logs.acme.example:0", "a port from 1 to 65535 must stand at the end"},
      {"tcp:logs.acme.example:65536", "a port from 1 to 65535 must stand at the end"},
      {"tcp:logs.acme.example:5x", "a port from 1 to 65535 must stand at the end"},
      {"tcp:2001:db8::7:601", "an IPv6 address must stand in brackets"},
      {"tcp:logs acme:601", "a host has neither blanks nor control characters in its name"},
      {"tcp::601", "there is no host; write it as `tcp:HOST:PORT`"},
      {"tcp:[]:601", "there is no host; write it as `tcp:HOST:PORT`"},
  }));
  const auto address = SyslogAddress::Parse(text);
  INFO(text);
  CHECK(address.status().code() == absl::StatusCode::kInvalidArgument);
  const std::string message(address.status().message());
  CHECK(message.find("syslog address `" + text + "`: " + advice) == 0);
}

}  // namespace
}  // namespace certgate
