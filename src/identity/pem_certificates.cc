#include "src/identity/pem_certificates.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>
#include <openssl/pem.h>

#include <limits>
#include <new>

namespace certgate {

absl::StatusOr<std::vector<X509Ptr>> ReadPemCertificates(std::string_view pem) {
  if (pem.size() > std::numeric_limits<int>::max()) {
    return absl::InvalidArgumentError("is over 2 GiB");
  }
  const OpensslErrorScope error_scope;
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (bio == nullptr) throw std::bad_alloc();
  std::vector<X509Ptr> certificates;
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, &RefusePassword, nullptr)) {
    certificates.emplace_back(certificate);
  }
  const int reason = ERR_GET_REASON(ERR_peek_last_error());
  if (reason == ERR_R_MALLOC_FAILURE) throw std::bad_alloc();
  if (reason != PEM_R_NO_START_LINE) {
    return absl::InvalidArgumentError(
        absl::StrCat("certificate ", certificates.size() + 1, " is damaged"));
  }
  if (certificates.empty()) return absl::InvalidArgumentError("holds no PEM certificate");
  return certificates;
}

}  // namespace certgate
