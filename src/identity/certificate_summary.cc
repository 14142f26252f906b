#include "src/identity/certificate_summary.h"

#include <absl/status/statusor.h>
#include <absl/strings/escaping.h>

#include <array>
#include <ctime>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/identity/asn1_text.h"
#include "src/identity/openssl_ptr.h"

namespace certgate {
namespace {

std::string Print(const X509_NAME* name, unsigned long flags) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr || X509_NAME_print_ex(bio.get(), name, 0, flags) < 0) return "";
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return length > 0 ? std::string(text, static_cast<std::size_t>(length)) : "";
}

void Cut(std::string& text) {
  constexpr std::string_view kEllipsis = "...";
  if (text.size() <= kMaxDisplayBytes) return;
  std::size_t end = kMaxDisplayBytes - kEllipsis.size();
  // Not in the middle of a UTF-8 sequence.
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  text.resize(end);
  text += kEllipsis;
}

std::vector<std::string> CommonNames(const X509_NAME* name) {
  std::vector<std::string> values;
  for (int i = X509_NAME_get_index_by_NID(name, NID_commonName, -1); i >= 0;
       i = X509_NAME_get_index_by_NID(name, NID_commonName, i)) {
    absl::StatusOr<std::string> value =
        DecodeNameValue(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, i)), "a common name");
    if (value.ok()) values.push_back(*std::move(value));
  }
  return values;
}

std::string SerialNumber(const X509* certificate) {
  const BignumPtr number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  if (number == nullptr) return "";
  const OpensslTextPtr digits(BN_bn2hex(number.get()));
  if (digits == nullptr) return "";
  // BN_bn2hex writes whole bytes: `05` for five.
  std::string_view rest(digits.get());
  std::string text;
  if (rest.starts_with('-')) {
    text = "-";
    rest.remove_prefix(1);
  }
  while (rest.size() > 1 && rest.starts_with('0')) rest.remove_prefix(1);
  text += rest;
  return text;
}

// Not X509_digest, which finds no algorithm for a certificate that was read without its key.
std::string Fingerprint(const X509* certificate) {
  unsigned char* encoded = nullptr;
  const int size = i2d_X509(certificate, &encoded);
  const OpensslBytesPtr bytes(encoded);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (size <= 0 || EVP_Digest(bytes.get(), static_cast<std::size_t>(size), digest.data(), &length,
                              EVP_sha256(), nullptr) != 1) {
    return "";
  }
  return absl::BytesToHexString(std::string(digest.begin(), digest.begin() + length));
}

}  // namespace

// RFC 4514 with UTF-8 kept readable, or wholly in ASCII where that would hold what it must not.
std::string DisplayName(const X509_NAME* name) {
  std::string text =
      Print(name, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  if (!IsPlainUtf8(text)) text = Print(name, XN_FLAG_RFC2253);
  Cut(text);
  return text;
}

bool ReadTime(const ASN1_TIME* time, absl::Time& result) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return false;
  result = absl::FromTM(parts, absl::UTCTimeZone());
  return true;
}

bool ReadValidity(const X509* certificate, absl::Time& not_before, absl::Time& not_after) {
  return ReadTime(X509_get0_notBefore(certificate), not_before) &&
         ReadTime(X509_get0_notAfter(certificate), not_after);
}

absl::Status ReadSummary(const X509* certificate, CertificateSummary& summary) {
  summary.subject = DisplayName(X509_get_subject_name(certificate));
  summary.issuer = DisplayName(X509_get_issuer_name(certificate));
  summary.issuer_common_names = CommonNames(X509_get_issuer_name(certificate));
  summary.serial_number = SerialNumber(certificate);
  summary.sha256 = Fingerprint(certificate);
  if (!ReadValidity(certificate, summary.not_before, summary.not_after)) {
    return absl::InvalidArgumentError("the validity period cannot be read");
  }
  if (summary.serial_number.empty()) {
    return absl::InvalidArgumentError("the serial number cannot be read");
  }
  if (summary.sha256.empty()) return absl::InternalError("the fingerprint cannot be computed");
  return absl::OkStatus();
}

}  // namespace certgate
