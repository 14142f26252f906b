#include "src/trail/address_range.h"

#include "tests/support/catch2.h"

namespace certgate {
namespace {

bool Contains(std::string_view range, std::string_view address) {
  const auto parsed = AddressRange::Parse(range);
  REQUIRE(parsed.has_value());
  return parsed->Contains(address);
}

TEST_CASE("an address holds itself alone however it is written") {
  CHECK(Contains("192.0.2.7", "192.0.2.7"));
  CHECK_FALSE(Contains("192.0.2.7", "192.0.2.8"));
  CHECK(Contains("2001:db8::7", "2001:0db8:0:0::0007"));
  CHECK(Contains("192.0.2.7", "::ffff:192.0.2.7"));
}

TEST_CASE("a range holds what its prefix says") {
  CHECK(Contains("192.0.2.0/24", "192.0.2.255"));
  CHECK_FALSE(Contains("192.0.2.0/24", "192.0.3.0"));
  CHECK(Contains("192.0.2.9/29", "192.0.2.15"));
  CHECK_FALSE(Contains("192.0.2.9/29", "192.0.2.16"));
  CHECK(Contains("0.0.0.0/0", "203.0.113.1"));
  CHECK_FALSE(Contains("0.0.0.0/0", "2001:db8::1"));
  CHECK(Contains("2001:db8::/33", "2001:db8:7fff::1"));
  CHECK_FALSE(Contains("2001:db8::/33", "2001:db8:8000::1"));
  CHECK(Contains("::/0", "192.0.2.7"));
}

TEST_CASE("what is no address is in no range") {
  CHECK_FALSE(Contains("::/0", ""));
  CHECK_FALSE(Contains("::/0", "unix:/run/x.sock"));
}

TEST_CASE("what is no range is refused") {
  for (const char* text : {"", "acme.example", "192.0.2", "192.0.2.0/33", "2001:db8::/129",
                           "192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/8x", "/8"}) {
    CAPTURE(text);
    CHECK_FALSE(AddressRange::Parse(text).has_value());
  }
}

}  // namespace
}  // namespace certgate
