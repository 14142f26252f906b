#include "tests/support/certificate_minter.h"

#include <absl/strings/str_split.h>
#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "src/identity/openssl_ptr.h"
#include "tests/support/der_writer.h"

// The certificates are written as DER by hand, because OpenSSL refuses to make most of the ones
// that certgate has to refuse.

namespace certgate::testing {
namespace {

using der::Sequence;
using der::Value;

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "certificate_minter: %s failed\n", what);
  std::abort();
}

std::string RandomSerialNumber() {
  std::array<unsigned char, 16> bytes{};
  Require(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "RAND_bytes");
  // Positive, and never short of a byte.
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x3F) | 0x40);
  return Value(V_ASN1_INTEGER, std::string(bytes.begin(), bytes.end()));
}

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

std::string LeafExtensions(const CertificateRequest& request, const std::string& authority_key) {
  using namespace std::string_literals;
  std::string extensions = der::Extension("basicConstraints", true, Sequence(""));
  // digitalSignature, bit 0.
  extensions += der::Extension("keyUsage", true, Value(der::kBitString, "\x07\x80"s));
  extensions += der::Extension(
      "extendedKeyUsage", false,
      Sequence(der::ObjectIdentifier("clientAuth") + der::ObjectIdentifier("serverAuth")));
  if (!request.alternative_names.empty()) {
    std::string names;
    for (const std::string& name : request.alternative_names) names += AlternativeName(name);
    extensions += der::Extension("subjectAltName", false, Sequence(names));
  }
  extensions += der::Extension("authorityKeyIdentifier", false,
                               Sequence(Value(der::kContext, KeyIdentifier(authority_key))));
  for (const std::string& extension : request.extra_extensions) extensions += extension;
  return extensions;
}

std::string AuthorityExtensions(const std::string& public_key) {
  using namespace std::string_literals;
  // keyCertSign and cRLSign, bits 5 and 6.
  return der::Extension("basicConstraints", true, Sequence(Value(der::kBoolean, "\xFF"))) +
         der::Extension("keyUsage", true, Value(der::kBitString, "\x01\x06"s)) +
         der::Extension("subjectKeyIdentifier", false,
                        Value(der::kOctetString, KeyIdentifier(public_key)));
}

PkeyPtr GenerateKey() {
  PkeyPtr key(EVP_EC_gen("P-256"));
  Require(key != nullptr, "EVP_EC_gen");
  return key;
}

std::string PublicKey(EVP_PKEY* key) {
  unsigned char* bytes = nullptr;
  const int length = i2d_PUBKEY(key, &bytes);
  Require(length > 0, "i2d_PUBKEY");
  const std::unique_ptr<unsigned char, OpensslMemoryDeleter> owner(bytes);
  return std::string(bytes, bytes + length);
}

std::string PrivateKeyPem(EVP_PKEY* key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  Require(bio != nullptr &&
              PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "PEM_write_bio_PrivateKey");
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(length));
}

std::string Signature(EVP_PKEY* key, const std::string& message) {
  const DigestContextPtr context(EVP_MD_CTX_new());
  Require(context != nullptr, "EVP_MD_CTX_new");
  Require(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1,
          "EVP_DigestSignInit");
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  std::size_t length = 0;
  Require(EVP_DigestSign(context.get(), nullptr, &length, bytes, message.size()) == 1,
          "EVP_DigestSign");
  std::vector<unsigned char> signature(length);
  Require(EVP_DigestSign(context.get(), signature.data(), &length, bytes, message.size()) == 1,
          "EVP_DigestSign");
  return std::string(signature.begin(), signature.begin() + static_cast<std::ptrdiff_t>(length));
}

// What the signature covers, in the order of TBSCertificate (RFC 5280, section 4.1).
struct Body {
  std::string serial_number;
  std::string issuer;
  absl::Time not_before;
  absl::Time not_after;
  std::string subject;
  std::string public_key;
  std::string extensions;
};

std::string SignedPem(const Body& body, EVP_PKEY* issuer_key) {
  using namespace std::string_literals;
  const std::string algorithm = Sequence(der::ObjectIdentifier("ecdsa-with-SHA256"));
  const std::string version_3 =
      Value(der::kContext | der::kConstructed, Value(V_ASN1_INTEGER, "\x02"));
  const std::string signed_part = Sequence(
      version_3 + body.serial_number + algorithm + body.issuer +
      Sequence(Time(body.not_before) + Time(body.not_after)) + body.subject + body.public_key +
      Value(der::kContext | der::kConstructed | 3, Sequence(body.extensions)));
  const std::string signature = Value(der::kBitString, "\0"s + Signature(issuer_key, signed_part));
  return der::ToPem("CERTIFICATE", Sequence(signed_part + algorithm + signature));
}

}  // namespace

struct CertificateAuthority::Key {
  PkeyPtr key;
  std::string public_key;
  std::string name;
};

CertificateAuthority::CertificateAuthority(const std::string& common_name)
    : CertificateAuthority(common_name, nullptr, absl::Now() + absl::Hours(24 * 365)) {}

CertificateAuthority::CertificateAuthority(const std::string& common_name,
                                           const CertificateAuthority& issuer, absl::Time not_after)
    : CertificateAuthority(common_name, &issuer, not_after) {}

CertificateAuthority::CertificateAuthority(const std::string& common_name,
                                           const CertificateAuthority* issuer, absl::Time not_after)
    : key_(std::make_unique<Key>()) {
  key_->key = GenerateKey();
  key_->public_key = PublicKey(key_->key.get());
  key_->name = Name({{.type = "CN", .value = common_name}});
  const Key& signer = issuer == nullptr ? *key_ : *issuer->key_;
  certificate_pem_ = SignedPem({.serial_number = RandomSerialNumber(),
                                .issuer = signer.name,
                                .not_before = absl::Now() - absl::Hours(24),
                                .not_after = not_after,
                                .subject = key_->name,
                                .public_key = key_->public_key,
                                .extensions = AuthorityExtensions(key_->public_key)},
                               signer.key.get());
}

CertificateAuthority::~CertificateAuthority() = default;

MintedCertificate CertificateAuthority::Issue(const CertificateRequest& request) const {
  const PkeyPtr key = GenerateKey();
  return {.certificate_pem = SignedPem({.serial_number = SerialNumber(request.serial_number),
                                        .issuer = key_->name,
                                        .not_before = request.not_before,
                                        .not_after = request.not_after,
                                        .subject = Name(request.subject),
                                        .public_key = PublicKey(key.get()),
                                        .extensions = LeafExtensions(request, key_->public_key)},
                                       key_->key.get()),
          .private_key_pem = PrivateKeyPem(key.get())};
}

MintedCertificate CertificateAuthority::Issue(const std::string& subject) const {
  CertificateRequest request;
  const std::vector<std::string> attributes = absl::StrSplit(subject, ',', absl::SkipEmpty());
  for (const std::string& attribute : attributes) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(attribute, absl::MaxSplits('=', 1));
    // RFC 4514 writes the last name of the certificate first.
    request.subject.insert(request.subject.begin(), {.type = parts.first, .value = parts.second});
  }
  return Issue(request);
}

}  // namespace certgate::testing
