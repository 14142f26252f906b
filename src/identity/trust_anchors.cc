#include "src/identity/trust_anchors.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

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

}  // namespace

absl::StatusOr<std::shared_ptr<const TrustAnchors>> TrustAnchors::Parse(std::string_view pem) {
  const OpensslErrorScope error_scope;
  auto certificates = ReadPemCertificates(pem);
  if (!certificates.ok()) return certificates.status();
  std::shared_ptr<TrustAnchors> anchors(
      new TrustAnchors(*std::move(certificates), NewAnchorStore()));
  for (std::size_t i = 0; i < anchors->certificates_.size(); ++i) {
    X509* const certificate = anchors->certificates_[i].get();
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
  BorrowedStackPtr others;
  Borrow(certificates, others);
  // The times are kept and compared with the clock of each call.
  const ChainAnswer answer = CheckEveryWay({.anchors = store_.get(),
                                            .leaf = certificates.front().get(),
                                            .others = others.get(),
                                            .at = std::nullopt});
  if (answer.standing != ChainStanding::kProven) return std::nullopt;
  return answer.validity;
}

}  // namespace certgate
