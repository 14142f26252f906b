#include "tests/support/certificate_minter.h"

#include <absl/strings/str_split.h>
#include <openssl/asn1.h>

#include <utility>

#include "src/identity/openssl_ptr.h"
#include "tests/support/der_writer.h"
#include "tests/support/minting_fields.h"
#include "tests/support/minting_keys.h"

// The certificates are written as DER by hand, because OpenSSL refuses to make most of the ones
// that certgate has to refuse.

namespace certgate::testing {
namespace {

using der::Sequence;
using der::Value;

// What the signature covers, in the order of TBSCertificate (RFC 5280, section 4.1).
struct Body {
  std::string serial_number;
  std::string issuer;
  absl::Time not_before;
  absl::Time not_after;
  std::string subject;
  std::string public_key;
  // A certificate of version 1 has none.
  std::string extensions;
};

std::string SignedPem(const Body& body, EVP_PKEY* issuer_key) {
  const bool is_version_3 = !body.extensions.empty();
  std::string content;
  if (is_version_3) {
    content += Value(der::kContext | der::kConstructed, Value(V_ASN1_INTEGER, "\x02"));
  }
  content += body.serial_number + minting::SignatureAlgorithm() + body.issuer +
             Sequence(minting::Time(body.not_before) + minting::Time(body.not_after)) +
             body.subject + body.public_key;
  if (is_version_3) {
    content += Value(der::kContext | der::kConstructed | 3, Sequence(body.extensions));
  }
  return der::ToPem("CERTIFICATE", minting::Signed(Sequence(content), issuer_key));
}

}  // namespace

struct CertificateAuthority::Key {
  PkeyPtr key;
  std::string public_key;
  std::string name;
};

CertificateAuthority::CertificateAuthority(const std::string& common_name)
    : CertificateAuthority(AuthorityRequest{.common_name = common_name}) {}

CertificateAuthority::CertificateAuthority(const std::string& common_name,
                                           const CertificateAuthority& issuer, absl::Time not_after)
    : CertificateAuthority(AuthorityRequest{.common_name = common_name, .not_after = not_after},
                           &issuer) {}

CertificateAuthority::CertificateAuthority(const AuthorityRequest& request,
                                           const CertificateAuthority* issuer)
    : key_(std::make_unique<Key>()) {
  key_->key = minting::GenerateKey();
  key_->public_key = minting::PublicKey(key_->key.get());
  key_->name = minting::Name({{.type = "CN", .value = request.common_name}});
  certificate_pem_ = (issuer == nullptr ? *this : *issuer).CrossSign(*this, request);
}

CertificateAuthority::~CertificateAuthority() = default;

std::string CertificateAuthority::CrossSign(const CertificateAuthority& other,
                                            const AuthorityRequest& request) const {
  return SignedPem(
      {.serial_number = minting::SerialNumber(request.serial_number),
       .issuer = key_->name,
       .not_before = request.not_before,
       .not_after = request.not_after,
       .subject = other.key_->name,
       .public_key = other.key_->public_key,
       .extensions = request.is_version_1 ? ""
                                          : minting::AuthorityExtensions(
                                                request, other.key_->public_key, key_->public_key)},
      key_->key.get());
}

MintedCertificate CertificateAuthority::Issue(const CertificateRequest& request) const {
  const PkeyPtr own = request.has_key_of_authority ? nullptr : minting::GenerateKey();
  return {.certificate_pem = SignedPem(
              {.serial_number = minting::SerialNumber(request.serial_number),
               .issuer = key_->name,
               .not_before = request.not_before,
               .not_after = request.not_after,
               .subject = minting::Name(request.subject),
               .public_key = own == nullptr ? key_->public_key : minting::PublicKey(own.get()),
               .extensions = minting::LeafExtensions(request, key_->public_key)},
              key_->key.get()),
          .private_key_pem = own == nullptr ? "" : minting::PrivateKeyPem(own.get())};
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

std::string CertificateAuthority::IssueCrl(const CrlRequest& request,
                                           const CertificateAuthority* signer) const {
  // TBSCertList (RFC 5280, section 5.1), version 2.
  std::string content = Value(V_ASN1_INTEGER, "\x01") + minting::SignatureAlgorithm() + key_->name +
                        minting::Time(request.this_update);
  if (request.next_update != absl::InfiniteFuture()) content += minting::Time(request.next_update);
  std::string entries;
  for (const std::string& serial_number : request.serial_numbers) {
    std::string entry = minting::SerialNumber(serial_number) + minting::Time(request.this_update);
    if (!request.entry_extensions.empty()) entry += Sequence(request.entry_extensions);
    entries += Sequence(entry);
  }
  if (!entries.empty()) content += Sequence(entries);
  const std::string extensions = minting::CrlExtensions(request, key_->public_key);
  content += Value(der::kContext | der::kConstructed, Sequence(extensions));
  const CertificateAuthority& by = signer == nullptr ? *this : *signer;
  const std::string der = minting::Signed(Sequence(content), by.key_->key.get());
  return request.is_der ? der : der::ToPem("X509 CRL", der);
}

}  // namespace certgate::testing
