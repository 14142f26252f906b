#include "src/identity/authority.h"

#include <absl/status/statusor.h>

#include <optional>

#include "src/identity/presented_certificates.h"
#include "src/identity/trust_anchors.h"

namespace certgate {

std::vector<VouchingAuthority> FindVouchingAuthorities(std::string_view leaf_pem,
                                                       std::string_view chain_pem,
                                                       const std::vector<Authority>& authorities) {
  if (authorities.empty()) return {};
  const auto certificates = ReadPresentedCertificates(leaf_pem, chain_pem);
  if (!certificates.ok()) return {};
  std::vector<VouchingAuthority> vouching;
  for (const Authority& authority : authorities) {
    const std::optional<ChainValidity> validity = authority.anchors->VerifyChain(*certificates);
    if (!validity.has_value()) continue;
    vouching.push_back({authority.name, validity->not_before, validity->not_after});
  }
  return vouching;
}

}  // namespace certgate
