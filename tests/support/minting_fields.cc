#include "tests/support/minting_fields.h"

#include <absl/strings/str_split.h>
#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/rand.h>

#include <array>
#include <memory>
#include <utility>

#include "src/identity/openssl_ptr.h"
#include "tests/support/der_writer.h"
#include "tests/support/minting_keys.h"

namespace certgate::testing::minting {
namespace {

using der::Sequence;
using der::Value;

std::string RandomSerialNumber() {
  std::array<unsigned char, 16> bytes{};
  Require(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "RAND_bytes");
  // Positive, and never short of a byte.
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x3F) | 0x40);
  return Value(V_ASN1_INTEGER, std::string(bytes.begin(), bytes.end()));
}

std::string IpAddress(const std::string& text) {
  std::array<char, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return std::string(bytes.data(), 4);
  Require(inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1, "inet_pton");
  return std::string(bytes.data(), 16);
}

std::string AlternativeName(const std::string& name) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(name, absl::MaxSplits(':', 1));
  // The choices of GeneralName (RFC 5280, section 4.2.1.6).
  if (parts.first == "email") return Value(der::kContext | 1, parts.second);
  if (parts.first == "DNS") return Value(der::kContext | 2, parts.second);
  if (parts.first == "URI") return Value(der::kContext | 6, parts.second);
  Require(parts.first == "IP", "an alternative name that is not DNS, URI, email or IP");
  return Value(der::kContext | 7, IpAddress(parts.second));
}

// Tells authorities of one name and different keys apart (RFC 5280, section 4.2.1.2; any unique
// octets will do).
std::string KeyIdentifier(const std::string& public_key) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  Require(EVP_Digest(public_key.data(), public_key.size(), digest.data(), nullptr, EVP_sha256(),
                     nullptr) == 1,
          "EVP_Digest");
  return std::string(digest.begin(), digest.begin() + 20);
}

std::string AuthorityKeyIdentifier(const std::string& authority_key) {
  return der::Extension("authorityKeyIdentifier", false,
                        Sequence(Value(der::kContext, KeyIdentifier(authority_key))));
}

std::string ExtendedKeyUsages(const std::vector<std::string>& usages) {
  if (usages.empty()) return "";
  std::string identifiers;
  for (const std::string& usage : usages) identifiers += der::ObjectIdentifier(usage);
  return der::Extension("extendedKeyUsage", false, Sequence(identifiers));
}

std::string BasicConstraints(const AuthorityRequest& request) {
  std::string content;
  if (request.is_ca) content += Value(der::kBoolean, "\xFF");
  if (request.path_length >= 0) {
    content += Value(V_ASN1_INTEGER, std::string(1, static_cast<char>(request.path_length)));
  }
  return der::Extension("basicConstraints", true, Sequence(content));
}

// RFC 5280, section 4.2.1.3: keyCertSign is bit 5, cRLSign bit 6.
std::string KeyUsage(const AuthorityRequest& request) {
  const unsigned bits =
      (request.may_sign_certificates ? 0x04U : 0U) | (request.may_sign_crls ? 0x02U : 0U);
  return der::Extension("keyUsage", true,
                        Value(der::kBitString, std::string("\x01") + static_cast<char>(bits)));
}

// Section 4.2.1.10.
std::string NameConstraints(const AuthorityRequest& request) {
  const auto subtrees = [](unsigned tag, const std::vector<std::string>& names) {
    if (names.empty()) return std::string();
    std::string trees;
    for (const std::string& name : names) trees += Sequence(Value(der::kContext | 2, name));
    return Value(der::kContext | der::kConstructed | tag, trees);
  };
  const std::string content =
      subtrees(0, request.permitted_dns_names) + subtrees(1, request.excluded_dns_names);
  return content.empty() ? "" : der::Extension("nameConstraints", true, Sequence(content));
}

}  // namespace

std::string SerialNumber(const std::string& hexadecimal) {
  if (hexadecimal.empty()) return RandomSerialNumber();
  BIGNUM* number = nullptr;
  Require(BN_hex2bn(&number, hexadecimal.c_str()) > 0, "BN_hex2bn");
  const BignumPtr owner(number);
  const Asn1IntegerPtr integer(BN_to_ASN1_INTEGER(number, nullptr));
  Require(integer != nullptr, "BN_to_ASN1_INTEGER");
  unsigned char* bytes = nullptr;
  const int length = i2d_ASN1_INTEGER(integer.get(), &bytes);
  Require(length > 0, "i2d_ASN1_INTEGER");
  const std::unique_ptr<unsigned char, OpensslMemoryDeleter> bytes_owner(bytes);
  return std::string(bytes, bytes + length);
}

std::string Name(const std::vector<SubjectAttribute>& attributes) {
  std::string sets;
  std::string set;
  for (const SubjectAttribute& attribute : attributes) {
    if (!attribute.joined && !set.empty()) sets += Value(der::kSet, std::exchange(set, ""));
    const int type = attribute.asn1_type == 0 ? V_ASN1_UTF8STRING : attribute.asn1_type;
    set += Sequence(der::ObjectIdentifier(attribute.type) +
                    Value(static_cast<unsigned>(type), attribute.value));
  }
  if (!set.empty()) sets += Value(der::kSet, set);
  return Sequence(sets);
}

// RFC 5280, section 4.1.2.5: UTCTime up to 2049, GeneralizedTime from 2050 on.
std::string Time(absl::Time time) {
  if (time == absl::InfiniteFuture()) return Value(der::kGeneralizedTime, "99991231235959Z");
  const std::string text = absl::FormatTime("%E4Y%m%d%H%M%SZ", time, absl::UTCTimeZone());
  if (text >= "1950" && text < "2050") return Value(der::kUtcTime, text.substr(2));
  return Value(der::kGeneralizedTime, text);
}

std::string LeafExtensions(const CertificateRequest& request, const std::string& authority_key) {
  using namespace std::string_literals;
  std::string extensions = der::Extension("basicConstraints", true, Sequence(""));
  // digitalSignature, bit 0.
  extensions += der::Extension("keyUsage", true, Value(der::kBitString, "\x07\x80"s));
  extensions += ExtendedKeyUsages(request.extended_key_usages);
  if (!request.alternative_names.empty()) {
    std::string names;
    for (const std::string& name : request.alternative_names) names += AlternativeName(name);
    extensions += der::Extension("subjectAltName", false, Sequence(names));
  }
  extensions += AuthorityKeyIdentifier(authority_key);
  for (const std::string& extension : request.extra_extensions) extensions += extension;
  return extensions;
}

std::string AuthorityExtensions(const AuthorityRequest& request, const std::string& public_key,
                                const std::string& authority_key) {
  std::string extensions = BasicConstraints(request) + KeyUsage(request) +
                           ExtendedKeyUsages(request.extended_key_usages) +
                           NameConstraints(request) +
                           der::Extension("subjectKeyIdentifier", false,
                                          Value(der::kOctetString, KeyIdentifier(public_key)));
  if (authority_key != public_key) extensions += AuthorityKeyIdentifier(authority_key);
  return extensions;
}

std::string CrlExtensions(const CrlRequest& request, const std::string& authority_key) {
  std::string extensions;
  if (request.has_key_identifier) extensions += AuthorityKeyIdentifier(authority_key);
  extensions += der::Extension("crlNumber", false, Value(V_ASN1_INTEGER, "\x01"));
  for (const std::string& extension : request.extra_extensions) extensions += extension;
  return extensions;
}

}  // namespace certgate::testing::minting
