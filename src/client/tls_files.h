#ifndef CERTGATE_SRC_CLIENT_TLS_FILES_H_
#define CERTGATE_SRC_CLIENT_TLS_FILES_H_

#include <absl/status/statusor.h>
#include <certgate/peer_identity.h>

#include <optional>
#include <string>

#include "src/client/options.h"

namespace certgate {

/// The client's TLS files, read and found to fit together.
struct TlsFiles {
  std::string ca_pem;
  /// Empty without a certificate.
  std::string cert_pem;
  std::string key_pem;
  /// What the client's certificate says, for explaining refusals. Absent without one.
  std::optional<CertificateSummary> certificate;
};

/// Reads the files that `options` names. Errors, each naming the file: it cannot be read, holds no
/// certificate or no key, the key is encrypted or does not belong to the certificate. A certificate
/// that has expired is no error: the server has the last word on it.
absl::StatusOr<TlsFiles> ReadTlsFiles(const ClientOptions& options);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLIENT_TLS_FILES_H_
