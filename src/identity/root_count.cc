#include "src/identity/root_count.h"

namespace certgate {
namespace {

bool SameAuthority(const X509& left, const X509& right) {
  return X509_NAME_cmp(X509_get_subject_name(&left), X509_get_subject_name(&right)) == 0 &&
         EVP_PKEY_eq(X509_get0_pubkey(&left), X509_get0_pubkey(&right)) == 1;
}

bool Issued(const X509& issuer, X509& subject) {
  return X509_NAME_cmp(X509_get_subject_name(&issuer), X509_get_issuer_name(&subject)) == 0 &&
         X509_verify(&subject, X509_get0_pubkey(&issuer)) == 1;
}

// A certificate that another one of the file vouches for is an intermediate, not an anchor.
bool IsAnchor(X509& candidate, const std::vector<X509Ptr>& all) {
  for (const X509Ptr& other : all) {
    if (!SameAuthority(*other, candidate) && Issued(*other, candidate)) return false;
  }
  return true;
}

}  // namespace

std::size_t CountRoots(const std::vector<X509Ptr>& certificates) {
  const OpensslErrorScope error_scope;
  std::vector<const X509*> roots;
  for (const X509Ptr& certificate : certificates) {
    if (!IsAnchor(*certificate, certificates)) continue;
    bool known = false;
    for (const X509* root : roots) known = known || SameAuthority(*root, *certificate);
    if (!known) roots.push_back(certificate.get());
  }
  return roots.size();
}

}  // namespace certgate
