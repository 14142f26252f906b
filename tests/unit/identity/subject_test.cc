#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/identity/mint.h"

namespace certgate::testing {
namespace {

using Texts = std::vector<std::string>;

TEST_CASE("common name and units and organization are read") {
  const IdentityReading reading =
      ReadPeerIdentity(Authority().Issue("CN=my-grpc-client,OU=payments,O=Acme").certificate_pem);
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.rejection.empty());
  CHECK(reading.identity->common_name == "my-grpc-client");
  CHECK(reading.identity->organizational_units == Texts{"payments"});
  CHECK(reading.identity->organizations == Texts{"Acme"});
  CHECK(reading.identity->certificate.subject == "CN=my-grpc-client,OU=payments,O=Acme");
  CHECK(reading.identity->certificate.sha256 == reading.certificate.sha256);
}

TEST_CASE("a certificate with two common names is refused") {
  const IdentityReading reading =
      ReadSubjectOf({{.type = "CN", .value = "client"}, {.type = "CN", .value = "admin"}});
  CHECK(reading.identity == nullptr);
  CHECK(reading.rejection == "the subject has 2 common names");
  CHECK(reading.certificate.subject == "CN=admin,CN=client");
}

TEST_CASE("two common names are refused in whatever order and distance they stand") {
  const IdentityReading reading = ReadSubjectOf({{.type = "CN", .value = "same"},
                                                 {.type = "O", .value = "Acme"},
                                                 {.type = "OU", .value = "payments"},
                                                 {.type = "CN", .value = "same"}});
  CHECK(reading.identity == nullptr);
  CHECK(reading.rejection == "the subject has 2 common names");
}

TEST_CASE("a common name joined with a unit in one relative name is refused") {
  const IdentityReading reading = ReadSubjectOf(
      {{.type = "CN", .value = "a"}, {.type = "OU", .value = "admin", .joined = true}});
  CHECK(reading.identity == nullptr);
  CHECK(reading.rejection ==
        "a common name shares its relative distinguished name with another attribute");
}

TEST_CASE("a unit joined with any attribute is refused") {
  const IdentityReading reading = ReadSubjectOf({{.type = "L", .value = "x"},
                                                 {.type = "OU", .value = "admin", .joined = true},
                                                 {.type = "CN", .value = "a"}});
  CHECK(reading.identity == nullptr);
  CHECK(reading.rejection ==
        "an organizational unit shares its relative distinguished name with another attribute");
}

TEST_CASE("joined attributes that decide nothing are accepted") {
  const IdentityReading reading = ReadSubjectOf({{.type = "C", .value = "DE"},
                                                 {.type = "L", .value = "x", .joined = true},
                                                 {.type = "CN", .value = "a"}});
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->common_name == "a");
}

TEST_CASE("a certificate without a common name has none") {
  const IdentityReading reading = ReadSubjectOf({{.type = "OU", .value = "payments"}});
  REQUIRE(reading.identity != nullptr);
  CHECK(!reading.identity->common_name.has_value());
  CHECK(reading.identity->organizational_units == Texts{"payments"});
}

TEST_CASE("an empty subject is an identity without names") {
  const IdentityReading reading = ReadSubjectOf({});
  REQUIRE(reading.identity != nullptr);
  CHECK(!reading.identity->common_name.has_value());
  CHECK(reading.identity->organizational_units.empty());
  CHECK(reading.identity->certificate.subject.empty());
}

TEST_CASE("several units and organizations keep the order of the certificate") {
  const IdentityReading reading = ReadSubjectOf({{.type = "O", .value = "Acme"},
                                                 {.type = "OU", .value = "sre"},
                                                 {.type = "O", .value = "Acme Labs"},
                                                 {.type = "OU", .value = "oncall"},
                                                 {.type = "CN", .value = "ops"},
                                                 {.type = "OU", .value = "sre"}});
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->organizational_units == Texts{"sre", "oncall", "sre"});
  CHECK(reading.identity->organizations == Texts{"Acme", "Acme Labs"});
}

TEST_CASE("a value that looks like a distinguished name stays one value") {
  const std::string value = "mallory,OU=admin/CN=root";
  const IdentityReading reading = ReadSubjectOf({{.type = "CN", .value = value}});
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->common_name == value);
  CHECK(reading.identity->organizational_units.empty());
  CHECK(reading.identity->certificate.subject == "CN=mallory\\,OU=admin/CN=root");
}

TEST_CASE("a common name of 256 bytes is accepted and a longer one refused") {
  const auto bytes = GENERATE(std::size_t{256}, std::size_t{257}, std::size_t{300});
  const std::string value(bytes, 'a');
  const IdentityReading reading = ReadSubjectOf({{.type = "CN", .value = value}});
  if (bytes == 256) {
    REQUIRE(reading.identity != nullptr);
    CHECK(reading.identity->common_name == value);
  } else {
    CHECK(reading.identity == nullptr);
    CHECK(reading.rejection == "the common name has " + std::to_string(bytes) +
                                   " bytes, more than the 256 that are accepted");
    CHECK(reading.certificate.subject == "CN=" + value);
  }
}

TEST_CASE("the length is counted in bytes of UTF-8") {
  std::string value;
  for (int i = 0; i < 128; ++i) value += "\u00e9";
  CHECK(ReadSubjectOf({{.type = "OU", .value = value}}).identity != nullptr);
  const IdentityReading longer = ReadSubjectOf({{.type = "OU", .value = value + "a"}});
  CHECK(longer.identity == nullptr);
  CHECK(longer.rejection ==
        "an organizational unit has 257 bytes, more than the 256 that are accepted");
}

TEST_CASE("an empty common name or unit is refused") {
  const IdentityReading name = ReadSubjectOf({{.type = "CN", .value = ""}});
  CHECK(name.identity == nullptr);
  CHECK(name.rejection == "the common name is empty");
  const IdentityReading unit =
      ReadSubjectOf({{.type = "CN", .value = "a"}, {.type = "OU", .value = ""}});
  CHECK(unit.identity == nullptr);
  CHECK(unit.rejection == "an organizational unit is empty");
}

TEST_CASE("look-alikes and marks and spaces are kept byte for byte") {
  const std::string value =
      GENERATE(std::string("p\u0430yments"), std::string("admin\u202Etxt"), std::string("admin "),
               std::string(" admin"), std::string("ad\u200Bmin"), std::string("e\u0301"),
               std::string("a\u2028b"), std::string("ADMIN"));
  const IdentityReading reading =
      ReadSubjectOf({{.type = "CN", .value = value}, {.type = "OU", .value = value}});
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->common_name == value);
  CHECK(reading.identity->organizational_units == Texts{value});
}

TEST_CASE("a refused unit refuses the whole identity") {
  const IdentityReading reading = ReadSubjectOf({{.type = "OU", .value = "payments"},
                                                 {.type = "OU", .value = "ad\nmin"},
                                                 {.type = "CN", .value = "a"}});
  CHECK(reading.identity == nullptr);
  CHECK(reading.rejection == "an organizational unit holds a control character");
}

}  // namespace
}  // namespace certgate::testing
