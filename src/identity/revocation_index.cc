#include "src/identity/revocation_index.h"

#include <algorithm>
#include <new>

namespace certgate {
namespace {

struct ByIssuer {
  bool operator()(const X509CrlPtr& left, const X509CrlPtr& right) const noexcept {
    return X509_CRL_cmp(left.get(), right.get()) < 0;
  }
  bool operator()(const X509CrlPtr& left, const X509_NAME* right) const noexcept {
    return X509_NAME_cmp(X509_CRL_get_issuer(left.get()), right) < 0;
  }
  bool operator()(const X509_NAME* left, const X509CrlPtr& right) const noexcept {
    return X509_NAME_cmp(left, X509_CRL_get_issuer(right.get())) < 0;
  }
};

}  // namespace

RevocationIndex::RevocationIndex(const std::vector<RevocationList>& lists) {
  for (const RevocationList& list : lists) {
    Crls& crls = list.is_usable ? usable_ : unusable_;
    if (X509_CRL_up_ref(list.crl.get()) != 1) throw std::bad_alloc();
    crls.emplace_back(list.crl.get());
  }
  std::stable_sort(usable_.begin(), usable_.end(), ByIssuer());
  std::stable_sort(unusable_.begin(), unusable_.end(), ByIssuer());
}

STACK_OF(X509_CRL) * RevocationIndex::Find(const X509_NAME* issuer,
                                           bool& out_of_memory) const noexcept {
  const auto [begin, end] = std::equal_range(usable_.begin(), usable_.end(), issuer, ByIssuer());
  if (begin == end) return nullptr;
  STACK_OF(X509_CRL)* found = sk_X509_CRL_new_null();
  for (auto crl = begin; found != nullptr && crl != end; ++crl) {
    if (X509_CRL_up_ref(crl->get()) == 1) {
      if (sk_X509_CRL_push(found, crl->get()) > 0) continue;
      X509_CRL_free(crl->get());
    }
    sk_X509_CRL_pop_free(found, &X509_CRL_free);
    found = nullptr;
  }
  out_of_memory = out_of_memory || found == nullptr;
  return found;
}

bool RevocationIndex::HasUnusable(const X509_NAME* issuer) const noexcept {
  return std::binary_search(unusable_.begin(), unusable_.end(), issuer, ByIssuer());
}

}  // namespace certgate
