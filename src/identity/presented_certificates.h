#ifndef CERTGATE_SRC_IDENTITY_PRESENTED_CERTIFICATES_H_
#define CERTGATE_SRC_IDENTITY_PRESENTED_CERTIFICATES_H_

#include <absl/status/statusor.h>

#include <cstddef>
#include <string_view>
#include <vector>

#include "src/identity/openssl_ptr.h"

namespace certgate {

/// The most that is looked at of each of a caller's two texts.
inline constexpr std::size_t kMaxChainBytes = std::size_t{128} * 1024;
inline constexpr std::size_t kMaxChainLength = 16;

/// What a caller presented: its own certificate, the first of `leaf_pem`, then all others there and
/// in `chain_pem`, which may be empty. InvalidArgument, in words without text from the input, if
/// one of them holds no certificate, a damaged one, or too much (over 128 KiB or 16
/// certificates). Throws std::bad_alloc. Thread-safe.
absl::StatusOr<std::vector<X509Ptr>> ReadPresentedCertificates(std::string_view leaf_pem,
                                                               std::string_view chain_pem);

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_PRESENTED_CERTIFICATES_H_
