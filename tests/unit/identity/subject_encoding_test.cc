#include <openssl/asn1.h>

#include <string>
#include <vector>

#include "src/identity/asn1_text.h"
#include "tests/support/catch2.h"
#include "tests/unit/identity/mint.h"

namespace certgate::testing {
namespace {

using namespace std::string_literals;

// DecodeNameValue on its own, for what OpenSSL already refuses inside a certificate.
absl::StatusOr<std::string> Decode(int asn1_type, const std::string& bytes) {
  ASN1_STRING* value = ASN1_STRING_type_new(asn1_type);
  REQUIRE(value != nullptr);
  REQUIRE(ASN1_STRING_set(value, bytes.data(), static_cast<int>(bytes.size())) == 1);
  absl::StatusOr<std::string> text = DecodeNameValue(value, "the common name");
  ASN1_STRING_free(value);
  return text;
}

std::string Text(int asn1_type, const std::string& bytes) {
  const absl::StatusOr<std::string> text = Decode(asn1_type, bytes);
  REQUIRE(text.ok());
  return *text;
}

std::string Refusal(int asn1_type, const std::string& bytes) {
  const absl::StatusOr<std::string> text = Decode(asn1_type, bytes);
  REQUIRE(!text.ok());
  return std::string(text.status().message());
}

TEST_CASE("a NUL in the common name is refused") {
  const int type = GENERATE(V_ASN1_UTF8STRING, V_ASN1_PRINTABLESTRING, V_ASN1_IA5STRING);
  const IdentityReading reading =
      ReadSubjectOf({{.type = "CN", .value = "admin\0.evil"s, .asn1_type = type}});
  CHECK(reading.identity == nullptr);
  CHECK(reading.rejection == "the common name holds a NUL character");
  CHECK(reading.certificate.subject == "CN=admin\\00.evil");
}

TEST_CASE("a NUL in a BMPString is refused") {
  const IdentityReading reading =
      ReadSubjectOf({{.type = "CN", .value = "\0a\0\0\0b"s, .asn1_type = V_ASN1_BMPSTRING}});
  CHECK(reading.identity == nullptr);
  CHECK(reading.rejection == "the common name holds a NUL character");
}

TEST_CASE("control characters are refused in names of the subject") {
  const std::string type = GENERATE("CN"s, "OU"s, "O"s);
  const std::string character = GENERATE("\n"s, "\x1B"s, "\x7F"s, "\u0080"s, "\u0085"s, "\u009F"s);
  const IdentityReading reading = ReadSubjectOf({{.type = type, .value = "a" + character}});
  CHECK(reading.identity == nullptr);
  CHECK_THAT(reading.rejection, Catch::Matchers::ContainsSubstring("holds a control character"));
  CHECK(IsPlainUtf8(reading.certificate.subject));
}

TEST_CASE("the first character after the control characters is accepted") {
  const IdentityReading reading = ReadSubjectOf({{.type = "CN", .value = "a\u00A0"}});
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->common_name == "a\u00A0");
}

TEST_CASE("UTF-8 of every length is read") {
  const std::string value = "z\u00e9\u4e2d\U0001F600";
  const IdentityReading reading = ReadSubjectOf({{.type = "CN", .value = value}});
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->common_name == value);
  CHECK(reading.certificate.subject == "CN=" + value);
}

TEST_CASE("a BMPString becomes UTF-8") {
  const IdentityReading reading = ReadSubjectOf(
      {{.type = "CN", .value = "\0a\0\xE9\x4E\x2D\xFF\xFD"s, .asn1_type = V_ASN1_BMPSTRING}});
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->common_name == "a\u00e9\u4e2d\uFFFD");
}

TEST_CASE("the length of a BMPString is that of its UTF-8") {
  std::string value;
  for (int i = 0; i < 86; ++i) value += "\x4E\x2D";
  const IdentityReading reading =
      ReadSubjectOf({{.type = "CN", .value = value, .asn1_type = V_ASN1_BMPSTRING}});
  CHECK(reading.identity == nullptr);
  CHECK(reading.rejection == "the common name has 258 bytes, more than the 256 that are accepted");
}

TEST_CASE("a malformed BMPString is refused") {
  CHECK(Refusal(V_ASN1_BMPSTRING, "\0a\xD8\x3D\xDE\x00"s) ==
        "the common name is a BMPString that holds a surrogate");
  CHECK(Refusal(V_ASN1_BMPSTRING, "\0a\0"s) ==
        "the common name is a BMPString with an odd number of bytes");
  const IdentityReading reading =
      ReadSubjectOf({{.type = "CN", .value = "\xD8\x3D\xDE\x00"s, .asn1_type = V_ASN1_BMPSTRING}});
  CHECK(reading.identity == nullptr);
  CHECK(!reading.rejection.empty());
}

TEST_CASE("the narrow string types are read as ASCII") {
  CHECK(Text(V_ASN1_PRINTABLESTRING, "edge-1") == "edge-1");
  CHECK(Text(V_ASN1_IA5STRING, "a@acme.example") == "a@acme.example");
  CHECK(Text(V_ASN1_NUMERICSTRING, "42") == "42");
  CHECK(Text(V_ASN1_VISIBLESTRING, "edge-1") == "edge-1");
  const int type = GENERATE(V_ASN1_PRINTABLESTRING, V_ASN1_IA5STRING, V_ASN1_NUMERICSTRING);
  const IdentityReading reading = ReadSubjectOf({{.type = "CN", .value = "42", .asn1_type = type}});
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->common_name == "42");
}

TEST_CASE("the narrow string types with other bytes are refused") {
  const int type = GENERATE(V_ASN1_PRINTABLESTRING, V_ASN1_IA5STRING, V_ASN1_NUMERICSTRING,
                            V_ASN1_VISIBLESTRING);
  CHECK(Refusal(type, "caf\xE9") ==
        "the common name holds a byte beyond ASCII, which its string type does not allow");
}

TEST_CASE("T61String and UniversalString are refused in names of the subject") {
  const std::string type = GENERATE("CN"s, "OU"s, "O"s);
  const IdentityReading teletex =
      ReadSubjectOf({{.type = type, .value = "admin", .asn1_type = V_ASN1_T61STRING}});
  CHECK(teletex.identity == nullptr);
  CHECK_THAT(teletex.rejection, Catch::Matchers::ContainsSubstring("is a T61String"));
  const IdentityReading universal =
      ReadSubjectOf({{.type = type, .value = "\0\0\0a"s, .asn1_type = V_ASN1_UNIVERSALSTRING}});
  CHECK(universal.identity == nullptr);
  CHECK_THAT(universal.rejection, Catch::Matchers::ContainsSubstring("is a UniversalString"));
  CHECK(universal.certificate.subject == type + "=a");
}

TEST_CASE("types that are not text are refused") {
  const IdentityReading reading =
      ReadSubjectOf({{.type = "CN", .value = "\0admin"s, .asn1_type = V_ASN1_BIT_STRING}});
  CHECK(reading.identity == nullptr);
  CHECK(reading.rejection == "the common name has the ASN.1 type 3; issue it as UTF8String");
}

TEST_CASE("odd encodings in attributes that decide nothing are accepted") {
  const IdentityReading reading =
      ReadSubjectOf({{.type = "L", .value = "K\xF6ln", .asn1_type = V_ASN1_T61STRING},
                     {.type = "ST", .value = "a\nb"},
                     {.type = "CN", .value = "app"}});
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->common_name == "app");
  CHECK(IsPlainUtf8(reading.certificate.subject));
}

TEST_CASE("invalid UTF-8 is refused") {
  const std::string bytes = GENERATE(
      "\xC0\x80"s, "\xC1\xBF"s, "\xE0\x80\x80"s, "\xE0\x9F\xBF"s, "\xF0\x80\x80\x80"s,
      "\xF0\x8F\xBF\xBF"s, "\xED\xA0\x80"s, "\xED\xBF\xBF"s, "\xF4\x90\x80\x80"s,
      "\xF5\x80\x80\x80"s, "\xFF"s, "\x80"s, "\xC3"s, "\xE4\xB8"s, "\xF0\x9F\x98"s, "\xC3("s);
  CHECK(Refusal(V_ASN1_UTF8STRING, "a" + bytes) == "the common name is not valid UTF-8");
  CHECK(!IsPlainUtf8(bytes));
  const IdentityReading reading = ReadSubjectOf({{.type = "CN", .value = "a" + bytes}});
  CHECK(reading.identity == nullptr);
  CHECK(!reading.rejection.empty());
}

TEST_CASE("the edges of UTF-8 are accepted") {
  const std::string bytes =
      GENERATE("\xC2\xA0"s, "\xDF\xBF"s, "\xE0\xA0\x80"s, "\xED\x9F\xBF"s, "\xEE\x80\x80"s,
               "\xEF\xBF\xBF"s, "\xF0\x90\x80\x80"s, "\xF4\x8F\xBF\xBF"s);
  CHECK(Text(V_ASN1_UTF8STRING, bytes) == bytes);
}

}  // namespace
}  // namespace certgate::testing
