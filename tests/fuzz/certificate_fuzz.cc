// Reads any bytes as a certificate: as PEM text, and as DER within a PEM block. Nothing may crash,
// and an identity that is accepted must keep what <certgate/peer_identity.h> promises.

#include <certgate/peer_identity.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

void Require(bool condition, const char* promise) {
  if (condition) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

// Written another way than src/identity/asn1_text.cc, which it checks.
bool IsPlainText(const std::string& text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto at = [&](std::size_t n) -> std::uint32_t {
      return i + n < text.size() ? static_cast<unsigned char>(text[i + n]) : 0;
    };
    const auto continues = [&](std::size_t n) { return at(n) >= 0x80 && at(n) <= 0xBF; };
    if (at(0) >= 0x20 && at(0) <= 0x7E) {
      i += 1;
    } else if (at(0) == 0xC2 ? at(1) >= 0xA0 && at(1) <= 0xBF
                             : at(0) >= 0xC3 && at(0) <= 0xDF && continues(1)) {
      i += 2;
    } else if (at(0) >= 0xE0 && at(0) <= 0xEF && continues(1) && continues(2) &&
               (at(0) != 0xE0 || at(1) >= 0xA0) && (at(0) != 0xED || at(1) <= 0x9F)) {
      i += 3;
    } else if (at(0) >= 0xF0 && at(0) <= 0xF4 && continues(1) && continues(2) && continues(3) &&
               (at(0) != 0xF0 || at(1) >= 0x90) && (at(0) != 0xF4 || at(1) <= 0x8F)) {
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

bool IsAscii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

void CheckName(const std::string& name) {
  Require(!name.empty(), "a name is not empty");
  Require(name.size() <= certgate::kMaxNameBytes, "a name has at most 256 bytes");
  Require(IsPlainText(name), "a name is UTF-8 without control characters");
}

void CheckSummary(const certgate::CertificateSummary& summary) {
  Require(IsPlainText(summary.subject) && IsPlainText(summary.issuer),
          "the display forms are UTF-8 without control characters");
  Require(summary.subject.size() <= 1024 && summary.issuer.size() <= 1024,
          "the display forms have at most 1,024 bytes");
  for (const std::string& name : summary.issuer_common_names) {
    Require(IsPlainText(name), "an issuer's name is UTF-8 without control characters");
  }
  Require(summary.serial_number.find_first_not_of("-0123456789ABCDEF") == std::string::npos,
          "the serial number is upper-case hexadecimal");
  Require(summary.serial_number.size() < 2 || summary.serial_number.front() != '0',
          "the serial number has no leading zero");
}

void CheckIdentity(const certgate::PeerIdentity& identity) {
  if (identity.common_name) CheckName(*identity.common_name);
  for (const std::string& unit : identity.organizational_units) CheckName(unit);
  for (const std::string& organization : identity.organizations) {
    Require(IsPlainText(organization), "an organization is UTF-8 without control characters");
  }
  for (const auto* names :
       {&identity.dns_names, &identity.uris, &identity.emails, &identity.ip_addresses}) {
    for (const std::string& name : *names) {
      Require(IsPlainText(name) && IsAscii(name), "an alternative name is printable ASCII");
    }
  }
  Require(identity.spiffe_id.empty() ||
              (identity.uris.size() == 1 && identity.uris.front() == identity.spiffe_id),
          "a SPIFFE ID is the only URI");
  Require(identity.certificate.sha256.size() == 64, "an identity has a fingerprint");
  Require(!identity.certificate.serial_number.empty(), "an identity has a serial number");
}

void CheckReading(std::string_view pem) {
  const certgate::IdentityReading reading = certgate::ReadPeerIdentity(pem);
  Require((reading.identity == nullptr) != reading.rejection.empty(),
          "there is an identity or a reason");
  Require(IsPlainText(reading.rejection) && IsAscii(reading.rejection), "a reason is plain ASCII");
  CheckSummary(reading.certificate);
  if (reading.identity != nullptr) CheckIdentity(*reading.identity);
}

std::string Base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t n = 0; n < 3; ++n) {
      const std::size_t at = i + n;
      group = (group << 8) | (at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U);
    }
    for (unsigned digit = 0; digit < 4; ++digit) {
      const bool padding = i + digit > bytes.size();
      text += padding ? '=' : kDigits[(group >> (18 - 6 * digit)) & 0x3F];
    }
    if (i % 48 == 45) text += '\n';
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  CheckReading(bytes);
  CheckReading("-----BEGIN CERTIFICATE-----\n" + Base64(bytes) + "\n-----END CERTIFICATE-----\n");
  return 0;
}
