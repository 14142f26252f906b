#ifndef CERTGATE_TESTS_SUPPORT_CERTIFICATE_MINTER_H_
#define CERTGATE_TESTS_SUPPORT_CERTIFICATE_MINTER_H_

#include <absl/time/clock.h>
#include <absl/time/time.h>

#include <memory>
#include <string>
#include <vector>

namespace certgate::testing {

/// One attribute of a subject. `type` is OpenSSL's short name (`CN`, `OU`, `O`, `C`, ...);
/// `value` is the raw content of the ASN.1 string; `asn1_type` one of OpenSSL's V_ASN1_*STRING
/// numbers, 0 for UTF8String. `joined` puts it into the same relative distinguished name as the
/// attribute before it (`CN=a+OU=b`).
struct SubjectAttribute {
  std::string type;
  std::string value;
  int asn1_type = 0;
  bool joined = false;
};

struct CertificateRequest {
  /// In the certificate's order: the most general attribute usually stands first.
  std::vector<SubjectAttribute> subject;
  /// `DNS:a.acme.example`, `URI:spiffe://acme/a`, `email:a@acme.example`, `IP:127.0.0.1`. What
  /// follows the first colon is taken as raw bytes (for IP, parsed).
  std::vector<std::string> alternative_names;
  absl::Time not_before = absl::Now() - absl::Hours(1);
  absl::Time not_after = absl::Now() + absl::Hours(24);
  /// Hexadecimal, `-` before it for a negative one; empty for a random one.
  std::string serial_number;
  /// More extensions, each as `der::Extension` writes it.
  std::vector<std::string> extra_extensions = {};
  /// By OpenSSL's names; no extension where it is empty.
  std::vector<std::string> extended_key_usages = {"clientAuth", "serverAuth"};
  /// For many certificates at once: that of the authority in place of a key of its own, which takes
  /// as long to make as all the rest. The result has no private key then.
  bool has_key_of_authority = false;
};

/// What a CA's certificate says.
struct AuthorityRequest {
  std::string common_name = {};
  absl::Time not_before = absl::Now() - absl::Hours(24);
  absl::Time not_after = absl::Now() + absl::Hours(24 * 365);
  /// As in `CertificateRequest`.
  std::string serial_number = {};
  /// How many intermediates may stand below it; none for any number.
  int path_length = -1;
  bool is_ca = true;
  bool may_sign_certificates = true;
  bool may_sign_crls = true;
  /// As in `CertificateRequest`.
  std::vector<std::string> extended_key_usages = {};
  /// The name constraints.
  std::vector<std::string> permitted_dns_names = {};
  std::vector<std::string> excluded_dns_names = {};
  /// Version 1 has no extensions, so nothing of the above but the times and numbers.
  bool is_version_1 = false;
};

struct CrlRequest {
  /// Hexadecimal, of the certificates that are revoked.
  std::vector<std::string> serial_numbers = {};
  absl::Time this_update = absl::Now() - absl::Hours(1);
  /// The infinite future leaves it out.
  absl::Time next_update = absl::Now() + absl::Hours(24);
  bool has_key_identifier = true;
  /// More extensions, each as `der::Extension` writes it: of the CRL, and of each entry.
  std::vector<std::string> extra_extensions = {};
  std::string entry_extensions = {};
  /// Else PEM.
  bool is_der = false;
};

struct MintedCertificate {
  std::string certificate_pem;
  std::string private_key_pem;
};

/// A certificate authority with a P-256 key of its own, made for one test. Leaves have extended key
/// usages clientAuth and serverAuth. Aborts the program when OpenSSL fails.
class CertificateAuthority {
 public:
  explicit CertificateAuthority(const std::string& common_name);
  /// An intermediate authority, whose certificate `issuer` signs.
  CertificateAuthority(const std::string& common_name, const CertificateAuthority& issuer,
                       absl::Time not_after = absl::Now() + absl::Hours(24 * 365));
  /// A root, or an intermediate of `issuer`.
  explicit CertificateAuthority(const AuthorityRequest& request,
                                const CertificateAuthority* issuer = nullptr);
  ~CertificateAuthority();
  MintedCertificate Issue(const CertificateRequest& request) const;
  /// Issues a certificate with this subject, written `CN=a,OU=b,O=c` (no escapes), as UTF8String.
  /// As in RFC 4514 the text runs backwards: of `CN=a,OU=b,OU=c` the certificate holds `c` first.
  MintedCertificate Issue(const std::string& subject) const;
  /// A certificate of this authority for the name and key of `other`; the request's common name
  /// does not count.
  std::string CrossSign(const CertificateAuthority& other, const AuthorityRequest& request) const;
  /// A CRL of this authority, signed by `signer` where one is given.
  std::string IssueCrl(const CrlRequest& request,
                       const CertificateAuthority* signer = nullptr) const;
  const std::string& certificate_pem() const { return certificate_pem_; }

 private:
  struct Key;
  std::unique_ptr<Key> key_;
  std::string certificate_pem_;
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_CERTIFICATE_MINTER_H_
