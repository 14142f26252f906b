#include "src/identity/presented_certificates.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <iterator>

#include "src/identity/pem_certificates.h"

namespace certgate {
namespace {

absl::StatusOr<std::vector<X509Ptr>> ReadLimited(std::string_view pem, const char* what) {
  if (pem.size() > kMaxChainBytes) {
    return absl::InvalidArgumentError(absl::StrCat(what, " is over 128 KiB"));
  }
  auto certificates = ReadPemCertificates(pem);
  if (!certificates.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(what, " cannot be read"));
  }
  if (certificates->size() > kMaxChainLength) {
    return absl::InvalidArgumentError(absl::StrCat(what, " has over 16 certificates"));
  }
  return certificates;
}

}  // namespace

absl::StatusOr<std::vector<X509Ptr>> ReadPresentedCertificates(std::string_view leaf_pem,
                                                               std::string_view chain_pem) {
  auto certificates = ReadLimited(leaf_pem, "the certificate");
  if (!certificates.ok() || chain_pem.empty()) return certificates;
  auto chain = ReadLimited(chain_pem, "the chain that was presented");
  if (!chain.ok()) return chain.status();
  std::move(chain->begin(), chain->end(), std::back_inserter(*certificates));
  return certificates;
}

}  // namespace certgate
