#include "src/identity/authority.h"

#include <absl/status/statusor.h>

#include <cstddef>
#include <new>
#include <optional>

#include "src/identity/pem_certificates.h"
#include "src/identity/trust_anchors.h"

namespace certgate {
namespace {

constexpr std::size_t kMaxChainBytes = std::size_t{128} * 1024;
constexpr std::size_t kMaxChainLength = 16;

// Frees the stack, not the certificates in it.
using BorrowedStackPtr =
    std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * stack) { sk_X509_free(stack); })>;

}  // namespace

std::vector<VouchingAuthority> FindVouchingAuthorities(std::string_view leaf_pem,
                                                       std::string_view chain_pem,
                                                       const std::vector<Authority>& authorities) {
  if (authorities.empty() || chain_pem.size() > kMaxChainBytes) return {};
  const auto leaf = ReadPemCertificates(leaf_pem);
  if (!leaf.ok()) return {};
  absl::StatusOr<std::vector<X509Ptr>> chain = std::vector<X509Ptr>();
  if (!chain_pem.empty()) chain = ReadPemCertificates(chain_pem);
  if (!chain.ok() || chain->size() > kMaxChainLength) return {};

  const BorrowedStackPtr intermediates(sk_X509_new_null());
  if (intermediates == nullptr) throw std::bad_alloc();
  for (const X509Ptr& certificate : *chain) {
    if (sk_X509_push(intermediates.get(), certificate.get()) == 0) throw std::bad_alloc();
  }
  std::vector<VouchingAuthority> vouching;
  for (const Authority& authority : authorities) {
    const std::optional<ChainValidity> validity =
        authority.anchors->Verify(leaf->front().get(), intermediates.get());
    if (!validity.has_value()) continue;
    vouching.push_back({authority.name, validity->not_before, validity->not_after});
  }
  return vouching;
}

}  // namespace certgate
