#include "src/identity/trust_anchors.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "src/identity/certificate_summary.h"
#include "src/identity/pem_certificates.h"

namespace certgate {
namespace {

// SHA-256 over the DER of the subject and of the public key; empty if it cannot be computed.
std::string KeyOf(const X509* certificate) {
  unsigned char* der = nullptr;
  const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (length <= 0) return "";
  const OpensslBytesPtr bytes(der);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  std::array<unsigned char, EVP_MAX_MD_SIZE> subject{};
  unsigned int subject_size = 0;
  if (X509_NAME_digest(X509_get_subject_name(certificate), EVP_sha256(), subject.data(),
                       &subject_size) != 1 ||
      EVP_Digest(der, static_cast<std::size_t>(length), digest.data(), &size, EVP_sha256(),
                 nullptr) != 1) {
    return "";
  }
  std::string key(subject.begin(), subject.begin() + subject_size);
  return key.append(digest.begin(), digest.begin() + size);
}

// The window in which every certificate of `chain` but the first is valid; nothing if a time
// cannot be read.
std::optional<ChainValidity> ValidityOf(STACK_OF(X509) * chain) {
  ChainValidity validity;
  for (int i = 1; i < sk_X509_num(chain); ++i) {
    ChainValidity own;
    if (!ReadValidity(sk_X509_value(chain, i), own.not_before, own.not_after)) return std::nullopt;
    validity.not_before = std::max(validity.not_before, own.not_before);
    validity.not_after = std::min(validity.not_after, own.not_after);
  }
  return validity;
}

// Frees the stack, not the certificates in it.
struct StackDeleter {
  void operator()(STACK_OF(X509) * stack) const noexcept { sk_X509_free(stack); }
};
using BorrowedStackPtr = std::unique_ptr<STACK_OF(X509), StackDeleter>;

BorrowedStackPtr Borrow(const std::vector<X509Ptr>& certificates) {
  BorrowedStackPtr stack(sk_X509_new_null());
  if (stack == nullptr) throw std::bad_alloc();
  for (const X509Ptr& certificate : certificates) {
    if (sk_X509_push(stack.get(), certificate.get()) == 0) throw std::bad_alloc();
  }
  return stack;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const TrustAnchors>> TrustAnchors::Parse(std::string_view pem) {
  const OpensslErrorScope error_scope;
  auto certificates = ReadPemCertificates(pem);
  if (!certificates.ok()) return certificates.status();
  X509StorePtr store(X509_STORE_new());
  if (store == nullptr) throw std::bad_alloc();
  std::shared_ptr<TrustAnchors> anchors(new TrustAnchors(std::move(store)));
  for (std::size_t i = 0; i < certificates->size(); ++i) {
    X509* const certificate = (*certificates)[i].get();
    if (X509_check_ca(certificate) == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("certificate ", i + 1, " is not that of a CA: it may issue no others"));
    }
    std::string key = KeyOf(certificate);
    if (key.empty() || X509_STORE_add_cert(anchors->store_.get(), certificate) != 1) {
      return absl::InvalidArgumentError(absl::StrCat("certificate ", i + 1, " cannot be used"));
    }
    anchors->keys_.push_back(std::move(key));
  }
  std::sort(anchors->keys_.begin(), anchors->keys_.end());
  return anchors;
}

std::optional<ChainValidity> TrustAnchors::VerifyChain(
    const std::vector<X509Ptr>& certificates) const {
  if (certificates.empty()) return std::nullopt;
  const OpensslErrorScope error_scope;
  const BorrowedStackPtr untrusted = Borrow(certificates);
  const X509StoreContextPtr context(X509_STORE_CTX_new());
  if (context == nullptr ||
      X509_STORE_CTX_init(context.get(), store_.get(), certificates.front().get(),
                          untrusted.get()) != 1 ||
      X509_STORE_CTX_set_default(context.get(), "ssl_client") != 1) {
    throw std::bad_alloc();
  }
  // An intermediate may be an anchor; the times are kept and compared with the clock of each call.
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
  if (X509_verify_cert(context.get()) != 1) {
    if (X509_STORE_CTX_get_error(context.get()) == X509_V_ERR_OUT_OF_MEM) throw std::bad_alloc();
    return std::nullopt;
  }
  return ValidityOf(X509_STORE_CTX_get0_chain(context.get()));
}

}  // namespace certgate
