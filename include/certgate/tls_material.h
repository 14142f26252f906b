#ifndef CERTGATE_TLS_MATERIAL_H_
#define CERTGATE_TLS_MATERIAL_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <memory>
#include <string>

namespace certgate {

/// The files of a mutual-TLS server, all PEM.
struct MutualTlsFiles {
  /// The server's certificate, followed by its intermediates if it has any.
  std::string certificate;
  /// Its private key, not encrypted. Readable by the server alone (a warning is logged if not).
  std::string private_key;
  /// The roots that client certificates must lead to.
  std::string client_ca;
};

/// What a TLS handshake uses, read and found usable. Holds the private key: never log it.
struct TlsMaterial {
  /// PEM, as in the files.
  std::string certificate;
  std::string private_key;
  std::string client_ca;
  /// The last moment at which the server's certificate is valid.
  absl::Time not_after = absl::InfinitePast();
};

/// Reads and checks the files, so that a mistake is found here and not at the first handshake.
/// Errors, each naming the file: NotFound or PermissionDenied when it cannot be read,
/// InvalidArgument when it holds no certificate or key, when the key is encrypted or does not
/// belong to the certificate, when the certificate has expired or is not yet valid, or when
/// `client_ca` is empty. Warns in the operational log of a key that every user may read.
/// Thread-safe.
absl::StatusOr<std::shared_ptr<const TlsMaterial>> LoadTlsMaterial(const MutualTlsFiles& files);

}  // namespace certgate

#endif  // CERTGATE_TLS_MATERIAL_H_
