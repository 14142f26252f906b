#include <absl/strings/str_replace.h>
#include <openssl/err.h>

#include <random>
#include <string>

#include "src/identity/asn1_text.h"
#include "src/identity/reading_limits.h"
#include "tests/support/catch2.h"
#include "tests/support/der_writer.h"
#include "tests/unit/identity/mint.h"

namespace certgate::testing {
namespace {

using namespace std::string_literals;

const MintedCertificate& Leaf() {
  static const MintedCertificate leaf = Authority().Issue("CN=app,OU=payments");
  return leaf;
}

void CheckNoCertificate(const std::string& pem) {
  const IdentityReading reading = ReadPeerIdentity(pem);
  CHECK(reading.identity == nullptr);
  CHECK(!reading.rejection.empty());
  CHECK(reading.certificate.sha256.empty());
  CHECK(reading.certificate.not_after == absl::InfinitePast());
}

TEST_CASE("text that is no certificate is refused") {
  CheckNoCertificate("");
  CheckNoCertificate("garbage");
  CheckNoCertificate("\0\0\0"s);
  CheckNoCertificate("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n");
  CheckNoCertificate("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n");
  CheckNoCertificate(der::ToPem("CERTIFICATE", "not DER"));
}

TEST_CASE("a private key is no certificate") { CheckNoCertificate(Leaf().private_key_pem); }

TEST_CASE("a certificate without its PEM frame is refused") {
  CheckNoCertificate(der::FromPem(Leaf().certificate_pem));
}

TEST_CASE("a certificate cut short anywhere is refused") {
  const std::string& pem = Leaf().certificate_pem;
  const std::size_t end_line = pem.find("-----END CERTIFICATE-----");
  for (std::size_t length = 0; length < end_line + 20; length += 7) {
    CheckNoCertificate(pem.substr(0, length));
  }
}

TEST_CASE("a DER certificate cut short anywhere is refused") {
  const std::string bytes = der::FromPem(Leaf().certificate_pem);
  for (std::size_t length = 1; length < bytes.size(); ++length) {
    CheckNoCertificate(der::ToPem("CERTIFICATE", bytes.substr(0, length)));
  }
}

TEST_CASE("an encrypted block is refused without asking for a password") {
  const std::string pem = absl::StrReplaceAll(
      Leaf().certificate_pem, {{"-----BEGIN CERTIFICATE-----\n",
                                "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
                                "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"}});
  CheckNoCertificate(pem);
}

TEST_CASE("text over 64 KiB is refused unread") {
  const std::string& pem = Leaf().certificate_pem;
  const std::string filler(kMaxPemBytes - pem.size(), '\n');
  CHECK(ReadPeerIdentity(filler + pem).identity != nullptr);
  const IdentityReading reading = ReadPeerIdentity(filler + pem + "\n");
  CHECK(reading.identity == nullptr);
  CHECK(reading.rejection == "the certificate is longer than 64 KiB");
}

TEST_CASE("text around the certificate does not matter") {
  const IdentityReading reading =
      ReadPeerIdentity("subject: CN=mallory\n\n" + Leaf().certificate_pem + "trailing words\n");
  REQUIRE(reading.identity != nullptr);
  CHECK(reading.identity->common_name == "app");
}

TEST_CASE("of several certificates the first is read") {
  const std::string other = Authority().Issue("CN=other").certificate_pem;
  CHECK(ReadPeerIdentity(Leaf().certificate_pem + other).identity->common_name == "app");
  CHECK(ReadPeerIdentity(other + Leaf().certificate_pem).identity->common_name == "other");
}

TEST_CASE("a rejection holds no text of the certificate") {
  const IdentityReading reading = ReadSubjectOf({{.type = "CN", .value = "sesame\n"}});
  CHECK(reading.identity == nullptr);
  CHECK(reading.rejection.find("sesame") == std::string::npos);
}

TEST_CASE("the thread's OpenSSL errors are left as they were") {
  ERR_clear_error();
  CHECK(ReadPeerIdentity("garbage").identity == nullptr);
  CHECK(ERR_peek_error() == 0);
  ERR_raise(ERR_LIB_USER, 7);
  CHECK(ReadPeerIdentity("garbage").identity == nullptr);
  CHECK(ReadPeerIdentity(Leaf().certificate_pem).identity != nullptr);
  CHECK(ERR_GET_REASON(ERR_get_error()) == 7);
  CHECK(ERR_get_error() == 0);
}

// One to eight bytes of a good certificate replaced, removed or doubled.
std::string Mutate(std::string bytes, std::mt19937& random) {
  const auto below = [&random](std::size_t bound) { return random() % bound; };
  for (std::size_t changes = 1 + below(8); changes > 0; --changes) {
    const std::size_t place = below(bytes.size());
    switch (below(3)) {
      case 0:
        bytes[place] = static_cast<char>(below(256));
        break;
      case 1:
        bytes.erase(place, 1);
        break;
      default:
        bytes.insert(place, 1, bytes[place]);
    }
  }
  return bytes;
}

TEST_CASE("a thousand mutations of a certificate are read without harm") {
  CertificateRequest request;
  request.subject = {{.type = "O", .value = "Acme"},
                     {.type = "OU", .value = "payments"},
                     {.type = "CN", .value = "app"}};
  request.alternative_names = {"DNS:a.acme.example", "URI:spiffe://acme/a", "IP:::1"};
  const std::string good = der::FromPem(Authority().Issue(request).certificate_pem);
  std::mt19937 random(20'231);
  int accepted = 0;
  for (int i = 0; i < 1'000; ++i) {
    const IdentityReading reading =
        ReadPeerIdentity(der::ToPem("CERTIFICATE", Mutate(good, random)));
    REQUIRE((reading.identity == nullptr) == !reading.rejection.empty());
    if (reading.identity == nullptr) continue;
    ++accepted;
    REQUIRE(IsPlainUtf8(reading.identity->common_name.value_or("")));
    REQUIRE(reading.identity->certificate.sha256.size() == 64);
  }
  // Changes within the signature or a name leave a certificate that can be read.
  CHECK(accepted > 10);
  CHECK(accepted < 990);
}

}  // namespace
}  // namespace certgate::testing
