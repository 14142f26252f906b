#include "src/identity/anchor_revocation.h"

#include <algorithm>
#include <new>
#include <utility>

namespace certgate {
namespace {

// A signature that OpenSSL cannot check (below 0, for one without memory) does not save a listed
// anchor.
bool Issued(const SignedList& list, X509* certificate) {
  return X509_NAME_cmp(X509_get_issuer_name(certificate), X509_CRL_get_issuer(list.crl)) == 0 &&
         X509_verify(certificate, X509_get0_pubkey(list.signer)) != 0;
}

bool IsListed(X509_CRL* crl, X509* certificate) {
  X509_REVOKED* ignored = nullptr;
  return X509_CRL_get0_by_cert(crl, &ignored, certificate) != 0;
}

}  // namespace

AnchorRevocation::AnchorRevocation(const std::vector<X509*>& anchors,
                                   const std::vector<SignedList>& lists) {
  const OpensslErrorScope error_scope;
  for (X509* anchor : anchors) {
    if (X509_self_signed(anchor, /*verify_signature=*/0) != 0) continue;
    Entry entry;
    for (const SignedList& list : lists) {
      if (!Issued(list, anchor)) continue;
      entry.look_ups.push_back({list.this_update, list.is_full, IsListed(list.crl, anchor)});
    }
    const bool is_listed = std::any_of(entry.look_ups.begin(), entry.look_ups.end(),
                                       [](const LookUp& look_up) { return look_up.is_listed; });
    if (!is_listed) continue;
    std::stable_sort(entry.look_ups.begin(), entry.look_ups.end(),
                     [](const LookUp& left, const LookUp& right) {
                       return left.this_update < right.this_update;
                     });
    if (X509_up_ref(anchor) != 1) throw std::bad_alloc();
    entry.anchor.reset(anchor);
    entries_.push_back(std::move(entry));
  }
}

bool AnchorRevocation::IsRevoked(const X509* anchor, absl::Time now) const noexcept {
  for (const Entry& entry : entries_) {
    if (anchor == nullptr || X509_cmp(entry.anchor.get(), anchor) != 0) continue;
    bool in_newest = false;
    for (const LookUp& look_up : entry.look_ups) {
      if (look_up.this_update > now) break;
      if (look_up.is_full)
        in_newest = look_up.is_listed;
      else if (look_up.is_listed)
        return true;
    }
    return in_newest;
  }
  return false;
}

std::vector<const X509*> AnchorRevocation::listed() const {
  std::vector<const X509*> anchors;
  for (const Entry& entry : entries_) anchors.push_back(entry.anchor.get());
  return anchors;
}

}  // namespace certgate
