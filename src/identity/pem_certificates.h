#ifndef CERTGATE_SRC_IDENTITY_PEM_CERTIFICATES_H_
#define CERTGATE_SRC_IDENTITY_PEM_CERTIFICATES_H_

#include <absl/status/statusor.h>

#include <string_view>
#include <vector>

#include "src/identity/openssl_ptr.h"

namespace certgate {

/// All certificates of `pem`, in order; what is no certificate is passed over. InvalidArgument,
/// "holds no PEM certificate" or "certificate 2 is damaged", if there is none or one cannot be
/// read. Leaves the thread's OpenSSL error queue as it was. Throws std::bad_alloc.
absl::StatusOr<std::vector<X509Ptr>> ReadPemCertificates(std::string_view pem);

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_PEM_CERTIFICATES_H_
