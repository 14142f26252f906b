#include "src/identity/authority.h"

#include <absl/status/statusor.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>

#include "src/identity/pem_certificates.h"
#include "src/identity/trust_anchors.h"

namespace certgate {
namespace {

constexpr std::size_t kMaxChainBytes = std::size_t{128} * 1024;
constexpr std::size_t kMaxChainLength = 16;

}  // namespace

std::vector<VouchingAuthority> FindVouchingAuthorities(std::string_view leaf_pem,
                                                       std::string_view chain_pem,
                                                       const std::vector<Authority>& authorities) {
  if (authorities.empty() || chain_pem.size() > kMaxChainBytes) return {};
  auto certificates = ReadPemCertificates(leaf_pem);
  if (!certificates.ok()) return {};
  if (!chain_pem.empty()) {
    auto chain = ReadPemCertificates(chain_pem);
    if (!chain.ok() || chain->size() > kMaxChainLength) return {};
    std::move(chain->begin(), chain->end(), std::back_inserter(*certificates));
  }
  std::vector<VouchingAuthority> vouching;
  for (const Authority& authority : authorities) {
    const std::optional<ChainValidity> validity = authority.anchors->VerifyChain(*certificates);
    if (!validity.has_value()) continue;
    vouching.push_back({authority.name, validity->not_before, validity->not_after});
  }
  return vouching;
}

}  // namespace certgate
