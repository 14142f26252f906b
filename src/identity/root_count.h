#ifndef CERTGATE_SRC_IDENTITY_ROOT_COUNT_H_
#define CERTGATE_SRC_IDENTITY_ROOT_COUNT_H_

#include <cstddef>
#include <vector>

#include "src/identity/openssl_ptr.h"

namespace certgate {

/// The number of different trust anchors among `certificates`: self-signed certificates by name and
/// key, and certificates whose issuer is not among them. Whether an issuer is among them is a
/// matter of its signature, not of its name alone. Thread-safe.
std::size_t CountRoots(const std::vector<X509Ptr>& certificates);

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_ROOT_COUNT_H_
