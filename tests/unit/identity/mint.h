#ifndef CERTGATE_TESTS_UNIT_IDENTITY_MINT_H_
#define CERTGATE_TESTS_UNIT_IDENTITY_MINT_H_

#include <certgate/peer_identity.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/support/certificate_minter.h"

namespace certgate::testing {

/// One authority for all tests of the program: making its key takes longer than any of them.
inline const CertificateAuthority& Authority() {
  static const CertificateAuthority authority("Test Root");
  return authority;
}

inline IdentityReading ReadIssued(const CertificateRequest& request) {
  return ReadPeerIdentity(Authority().Issue(request).certificate_pem);
}

/// The reading of a certificate with this subject, in the certificate's order.
inline IdentityReading ReadSubjectOf(std::vector<SubjectAttribute> subject) {
  CertificateRequest request;
  request.subject = std::move(subject);
  return ReadIssued(request);
}

/// The reading of a certificate for `CN=app` with these alternative names.
inline IdentityReading ReadNames(std::vector<std::string> alternative_names) {
  CertificateRequest request;
  request.subject = {{.type = "CN", .value = "app"}};
  request.alternative_names = std::move(alternative_names);
  return ReadIssued(request);
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_IDENTITY_MINT_H_
