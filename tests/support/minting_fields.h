#ifndef CERTGATE_TESTS_SUPPORT_MINTING_FIELDS_H_
#define CERTGATE_TESTS_SUPPORT_MINTING_FIELDS_H_

#include <absl/time/time.h>

#include <string>
#include <vector>

#include "tests/support/certificate_minter.h"

// The fields of certificates and CRLs in DER, as `certificate_minter.h` describes them. All of it
// aborts the program when OpenSSL fails.
namespace certgate::testing::minting {

/// `hexadecimal`, or a random number where it is empty.
std::string SerialNumber(const std::string& hexadecimal);
std::string Name(const std::vector<SubjectAttribute>& attributes);
std::string Time(absl::Time time);

std::string LeafExtensions(const CertificateRequest& request, const std::string& authority_key);
/// `public_key` is the authority's own; `authority_key` that of its issuer.
std::string AuthorityExtensions(const AuthorityRequest& request, const std::string& public_key,
                                const std::string& authority_key);
/// `authority_key` is the public key of the CRL's issuer.
std::string CrlExtensions(const CrlRequest& request, const std::string& authority_key);

}  // namespace certgate::testing::minting

#endif  // CERTGATE_TESTS_SUPPORT_MINTING_FIELDS_H_
