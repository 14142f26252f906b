#ifndef CERTGATE_CREDENTIALS_H_
#define CERTGATE_CREDENTIALS_H_

#include <absl/status/statusor.h>

#include <memory>
#include <string>

namespace grpc {
class ServerCredentials;
}

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

/// Server credentials that ask every client for a certificate and verify it against `client_ca`;
/// TLS 1.2 or newer. The only credentials that `certgate::ServerBuilder` accepts.
///
/// The files are read and checked here, so that a mistake is found at start and not at the first
/// handshake. Errors, each naming the file: NotFound or PermissionDenied when it cannot be read,
/// InvalidArgument when it holds no certificate or key, when the key is encrypted or does not
/// belong to the certificate, when the certificate has expired, or when `client_ca` is empty.
///
/// An AuthMetadataProcessor cannot be set on them: on gRPC 1.51.1 it lets one header end the
/// process. A server with such credentials does not start.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MutualTlsServerCredentials(
    const MutualTlsFiles& files);

}  // namespace certgate

#endif  // CERTGATE_CREDENTIALS_H_
