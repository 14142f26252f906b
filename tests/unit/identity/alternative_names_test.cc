#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/der_writer.h"
#include "tests/unit/identity/mint.h"

namespace certgate::testing {
namespace {

using namespace std::string_literals;
using Texts = std::vector<std::string>;

// The reading of a certificate whose subjectAltName extension has this content.
IdentityReading ReadRawNames(const std::string& content) {
  CertificateRequest request;
  request.subject = {{.type = "CN", .value = "app"}};
  request.extra_extensions = {der::Extension("subjectAltName", false, content)};
  return ReadIssued(request);
}

TEST_CASE("alternative names of each kind are read in order") {
  const IdentityReading reading =
      ReadNames({"DNS:b.acme.example", "URI:https://acme.example/x", "email:ops@acme.example",
                 "IP:192.0.2.1", "DNS:A.acme.example", "IP:2001:db8::1"});
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->dns_names == Texts{"b.acme.example", "A.acme.example"});
  CHECK(reading.identity->uris == Texts{"https://acme.example/x"});
  CHECK(reading.identity->emails == Texts{"ops@acme.example"});
  CHECK(reading.identity->ip_addresses == Texts{"192.0.2.1", "2001:db8::1"});
  CHECK(reading.identity->spiffe_id.empty());
}

TEST_CASE("a certificate without alternative names has none") {
  const IdentityReading reading = ReadNames({});
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->dns_names.empty());
  CHECK(reading.identity->uris.empty());
  CHECK(reading.identity->emails.empty());
  CHECK(reading.identity->ip_addresses.empty());
}

TEST_CASE("IP addresses are in canonical form") {
  const IdentityReading reading =
      ReadNames({"IP:0:0:0:0:0:0:0:1", "IP:2001:DB8:0:0:1:0:0:1", "IP:::ffff:192.0.2.1", "IP:::"});
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->ip_addresses ==
        Texts{"::1", "2001:db8::1:0:0:1", "::ffff:192.0.2.1", "::"});
}

TEST_CASE("an IP address of another length is refused") {
  const std::size_t length = GENERATE(std::size_t{0}, std::size_t{3}, std::size_t{5},
                                      std::size_t{8}, std::size_t{17}, std::size_t{32});
  const IdentityReading reading =
      ReadRawNames(der::Sequence(der::Value(der::kContext | 7, std::string(length, '\1'))));
  CHECK(reading.identity == nullptr);
  CHECK(reading.rejection == "an IP address among the alternative names is malformed");
}

TEST_CASE("a NUL in an alternative name is refused") {
  const IdentityReading dns = ReadNames({"DNS:acme.example\0.evil.example"s});
  CHECK(dns.identity == nullptr);
  CHECK(dns.rejection == "a DNS name holds a NUL character");
  CHECK(ReadNames({"URI:spiffe://acme/a\0b"s}).rejection == "a URI holds a NUL character");
  CHECK(ReadNames({"email:a\0@acme.example"s}).rejection ==
        "an email address holds a NUL character");
}

TEST_CASE("a control character in an alternative name is refused") {
  const std::string kind = GENERATE("DNS:"s, "URI:"s, "email:"s);
  const IdentityReading reading = ReadNames({kind + "a\nb"});
  CHECK(reading.identity == nullptr);
  CHECK_THAT(reading.rejection, Catch::Matchers::ContainsSubstring("holds a control character"));
}

TEST_CASE("an alternative name beyond ASCII is refused") {
  const std::string kind = GENERATE("DNS:"s, "URI:"s, "email:"s);
  const IdentityReading reading = ReadNames({kind + "\u00e9.acme.example"});
  CHECK(reading.identity == nullptr);
  CHECK_THAT(reading.rejection, Catch::Matchers::ContainsSubstring("holds a byte beyond ASCII"));
}

TEST_CASE("one malformed name among good ones refuses the identity") {
  CHECK(ReadNames({"DNS:a.acme.example", "DNS:b\x01"}).identity == nullptr);
}

TEST_CASE("a repeated extension is refused") {
  CertificateRequest request;
  request.subject = {{.type = "CN", .value = "app"}};
  request.alternative_names = {"DNS:a.acme.example"};
  request.extra_extensions = {der::Extension(
      "subjectAltName", false, der::Sequence(der::Value(der::kContext | 2, "admin.acme.example")))};
  const IdentityReading reading = ReadIssued(request);
  CHECK(reading.identity == nullptr);
  CHECK(reading.rejection == "the certificate repeats the alternative names");
  CHECK(reading.certificate.subject == "CN=app");
}

TEST_CASE("an unreadable extension is refused") {
  const std::string content =
      GENERATE("garbage"s, ""s, "\x30\x05\x82"s, "\x30\x03\x82\x7F\x61"s, "\x04\x01\x61"s);
  const IdentityReading reading = ReadRawNames(content);
  CHECK(reading.identity == nullptr);
  CHECK(reading.rejection == "the alternative names cannot be read");
}

TEST_CASE("names of other kinds are passed over") {
  // otherName with a UTF8String, and registeredID.
  const std::string other = der::Value(
      der::kContext | der::kConstructed,
      der::ObjectIdentifier("1.3.6.1.4.1.311.20.2.3") +
          der::Value(der::kContext | der::kConstructed, der::Value(0x0C, "admin@acme.example")));
  const std::string registered = der::Value(der::kContext | 8, "\x2A\x03");
  const std::string dns = der::Value(der::kContext | 2, "a.acme.example");
  const IdentityReading reading = ReadRawNames(der::Sequence(other + registered + dns));
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->dns_names == Texts{"a.acme.example"});
  CHECK(reading.identity->emails.empty());
}

TEST_CASE("the only URI is the SPIFFE ID") {
  const IdentityReading reading =
      ReadNames({"DNS:a.acme.example", "URI:spiffe://acme.example/payments"});
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->spiffe_id == "spiffe://acme.example/payments");
  CHECK(reading.identity->uris == Texts{"spiffe://acme.example/payments"});
}

TEST_CASE("one of two URIs is no SPIFFE ID") {
  const IdentityReading reading =
      ReadNames({"URI:spiffe://acme.example/a", "URI:spiffe://acme.example/b"});
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->spiffe_id.empty());
  CHECK(reading.identity->uris.size() == 2);
  CHECK(ReadNames({"URI:spiffe://acme.example/a", "URI:https://acme.example"})
            .identity->spiffe_id.empty());
}

TEST_CASE("a URI of another scheme is no SPIFFE ID") {
  const std::string uri =
      GENERATE("https://acme.example/spiffe://a"s, "SPIFFE://acme/a"s, "spiffe:/acme"s, "spiffe"s);
  const IdentityReading reading = ReadNames({"URI:" + uri});
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->spiffe_id.empty());
}

}  // namespace
}  // namespace certgate::testing
