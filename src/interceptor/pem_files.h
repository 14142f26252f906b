#ifndef CERTGATE_SRC_INTERCEPTOR_PEM_FILES_H_
#define CERTGATE_SRC_INTERCEPTOR_PEM_FILES_H_

#include <absl/status/statusor.h>
#include <certgate/credentials.h>

#include <cstddef>
#include <string>

namespace certgate {

/// The contents of a server's TLS files, read once and found usable.
struct PemTexts {
  std::string certificate;
  std::string private_key;
  std::string client_ca;
  /// The number of different trust anchors in `client_ca`: self-signed certificates by public key,
  /// and certificates whose issuer is not in the file.
  std::size_t root_count = 0;
};

/// Reads and checks the files; the errors are those of `MutualTlsServerCredentials`. Warns in the
/// operational log of a key that others than its owner and group may read, and of a certificate
/// that expires within 30 days.
absl::StatusOr<PemTexts> ReadPemFiles(const MutualTlsFiles& files);

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_PEM_FILES_H_
