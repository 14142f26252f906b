#include <absl/time/time.h>
#include <openssl/asn1.h>

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "src/identity/asn1_text.h"
#include "src/identity/certificate_summary.h"
#include "tests/support/catch2.h"
#include "tests/support/der_writer.h"
#include "tests/unit/identity/mint.h"

namespace certgate::testing {
namespace {

using namespace std::string_literals;

std::string SerialOf(const std::string& serial_number) {
  CertificateRequest request;
  request.serial_number = serial_number;
  return ReadIssued(request).certificate.serial_number;
}

IdentityReading ReadValidity(absl::Time not_before, absl::Time not_after) {
  CertificateRequest request;
  request.not_before = not_before;
  request.not_after = not_after;
  return ReadIssued(request);
}

// What `openssl x509 -noout ARGUMENTS` prints for the certificate.
std::string AskOpenssl(const std::string& pem, const std::string& arguments) {
  std::string folder = (std::filesystem::temp_directory_path() / "certgate-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  const std::filesystem::path file = std::filesystem::path(folder) / "certificate.pem";
  std::ofstream(file) << pem;
  const std::string command = "openssl x509 -noout -in '" + file.string() + "' " + arguments;
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) output += static_cast<char>(c);
  CHECK(pclose(pipe) == 0);
  std::filesystem::remove_all(folder);
  return output;
}

TEST_CASE("the serial number is hexadecimal without leading zeros") {
  CHECK(SerialOf("05") == "5");
  CHECK(SerialOf("0A1B2C") == "A1B2C");
  CHECK(SerialOf("ff") == "FF");
  CHECK(SerialOf("0100") == "100");
  CHECK(SerialOf("0") == "0");
  const std::string longest = "7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF";
  CHECK(SerialOf(longest) == longest);
}

TEST_CASE("a negative serial number shows its sign") {
  CHECK(SerialOf("-05") == "-5");
  CHECK(SerialOf("-80") == "-80");
}

TEST_CASE("serial number and fingerprint are those that openssl prints") {
  const std::string pem = Authority().Issue("CN=app,OU=payments,O=Acme").certificate_pem;
  const CertificateSummary summary = ReadPeerIdentity(pem).certificate;
  CHECK(AskOpenssl(pem, "-serial") == "serial=" + summary.serial_number + "\n");
  std::string fingerprint = AskOpenssl(pem, "-fingerprint -sha256");
  fingerprint.erase(0, fingerprint.find('=') + 1);
  std::string hex;
  for (const char c : fingerprint) {
    if (c != ':' && c != '\n') hex += static_cast<char>(std::tolower(c));
  }
  CHECK(hex == summary.sha256);
  CHECK(summary.sha256.size() == 64);
  CHECK(AskOpenssl(pem, "-subject -nameopt RFC2253") == "subject=" + summary.subject + "\n");
  CHECK(AskOpenssl(pem, "-issuer -nameopt RFC2253") == "issuer=" + summary.issuer + "\n");
}

TEST_CASE("the issuer is told") {
  const CertificateSummary summary =
      ReadPeerIdentity(Authority().Issue("CN=app").certificate_pem).certificate;
  CHECK(summary.issuer == "CN=Test Root");
  CHECK(summary.issuer_common_names == std::vector<std::string>{"Test Root"});
}

TEST_CASE("an issuer with a control character in its name stays out of the texts") {
  const CertificateAuthority authority("Test\nRoot");
  const IdentityReading reading = ReadPeerIdentity(authority.Issue("CN=app").certificate_pem);
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->certificate.issuer == "CN=Test\\0ARoot");
  CHECK(reading.identity->certificate.issuer_common_names.empty());
}

TEST_CASE("validity is read to the second") {
  const absl::Time begin = absl::FromUnixSeconds(1'000'000'000);
  const absl::Time end = absl::FromUnixSeconds(2'000'000'001);
  const CertificateSummary summary = ReadValidity(begin, end).certificate;
  CHECK(summary.not_before == begin);
  CHECK(summary.not_after == end);
}

TEST_CASE("validity from 1950 to the end of 9999 is read") {
  const absl::Time begin = absl::FromCivil(absl::CivilSecond(1950, 1, 1), absl::UTCTimeZone());
  const absl::Time end =
      absl::FromCivil(absl::CivilSecond(9999, 12, 31, 23, 59, 59), absl::UTCTimeZone());
  const CertificateSummary summary = ReadValidity(begin, absl::InfiniteFuture()).certificate;
  CHECK(summary.not_before == begin);
  CHECK(summary.not_after == end);
}

TEST_CASE("the change from UTCTime to GeneralizedTime loses nothing") {
  const absl::Time begin =
      absl::FromCivil(absl::CivilSecond(2049, 12, 31, 23, 59, 59), absl::UTCTimeZone());
  const CertificateSummary summary = ReadValidity(begin, begin + absl::Seconds(1)).certificate;
  CHECK(summary.not_before == begin);
  CHECK(summary.not_after == begin + absl::Seconds(1));
}

TEST_CASE("an expired certificate is still an identity") {
  const absl::Time now = absl::Now();
  CHECK(ReadValidity(now - absl::Hours(48), now - absl::Hours(24)).identity != nullptr);
}

TEST_CASE("a validity that is no time is refused") {
  CertificateRequest request;
  request.subject = {{.type = "CN", .value = "app"}};
  request.not_after = absl::InfiniteFuture();
  std::string bytes = der::FromPem(Authority().Issue(request).certificate_pem);
  const std::size_t place = bytes.find("99991231235959Z");
  REQUIRE(place != std::string::npos);
  bytes.replace(place, 15, GENERATE("99991331235959Z"s, "abcdefghijklmno"s, "9999123123595\0Z"s));
  const IdentityReading reading = ReadPeerIdentity(der::ToPem("CERTIFICATE", bytes));
  CHECK(reading.identity == nullptr);
  CHECK(reading.rejection == "the validity period cannot be read");
  CHECK(reading.certificate.subject == "CN=app");
  CHECK(reading.certificate.not_after == absl::InfinitePast());
}

TEST_CASE("a giant name is cut for display") {
  const IdentityReading reading = ReadSubjectOf(
      {{.type = "O", .value = std::string(20'000, 'o')}, {.type = "CN", .value = "a"}});
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.certificate.subject.size() == kMaxDisplayBytes);
  CHECK_THAT(reading.certificate.subject, Catch::Matchers::StartsWith("CN=a,O=ooo"));
  CHECK_THAT(reading.certificate.subject, Catch::Matchers::EndsWith("o..."));
  CHECK(reading.identity->organizations.front().size() == 20'000);
}

TEST_CASE("a giant name is not cut within a character") {
  std::string value;
  for (int i = 0; i < 2'000; ++i) value += "\u4e2d";
  for (const char* prefix : {"", "a", "aa"}) {
    const IdentityReading reading = ReadSubjectOf({{.type = "O", .value = prefix + value}});
    CHECK(reading.certificate.subject.size() <= kMaxDisplayBytes);
    CHECK(reading.certificate.subject.size() > kMaxDisplayBytes - 4);
    CHECK(IsPlainUtf8(reading.certificate.subject));
  }
}

TEST_CASE("separators within a value are escaped for display") {
  const IdentityReading reading = ReadSubjectOf({{.type = "CN", .value = " a,b+c\"d\\e<f>g;h "}});
  CHECK(reading.certificate.subject == R"(CN=\ a\,b\+c\"d\\e\<f\>g\;h\ )");
}

TEST_CASE("a refused certificate has a whole summary") {
  CertificateRequest request;
  request.subject = {{.type = "CN", .value = "a"}, {.type = "CN", .value = "b"}};
  request.serial_number = "0A1B2C";
  const IdentityReading reading = ReadIssued(request);
  CHECK(reading.identity == nullptr);
  CHECK(reading.certificate.subject == "CN=b,CN=a");
  CHECK(reading.certificate.issuer == "CN=Test Root");
  CHECK(reading.certificate.serial_number == "A1B2C");
  CHECK(reading.certificate.sha256.size() == 64);
  CHECK(reading.certificate.not_before < reading.certificate.not_after);
}

}  // namespace
}  // namespace certgate::testing
