#ifndef CERTGATE_CREDENTIALS_H_
#define CERTGATE_CREDENTIALS_H_

#include <absl/status/statusor.h>
#include <certgate/tls_material.h>

#include <functional>
#include <memory>

namespace grpc {
class ServerCredentials;
}

namespace certgate {

/// Gives what new TLS handshakes are to use. Called by gRPC's threads, several at a time, for each
/// new connection: it must be quick and must not wait. The same pointer means: as before. With null
/// the connection gets what the one before it got.
using TlsMaterialSource = std::function<std::shared_ptr<const TlsMaterial>()>;

/// Server credentials that ask every client for a certificate and verify it against the client CAs;
/// TLS 1.2 or newer. The only credentials that `certgate::ServerBuilder` accepts.
///
/// An AuthMetadataProcessor cannot be set on them: on gRPC 1.51.1 it lets one header end the
/// process. A server with such credentials does not start.

/// From files that are read once, here. Errors: those of `LoadTlsMaterial`.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MutualTlsServerCredentials(
    const MutualTlsFiles& files);

/// From a source that is asked again for each new connection, so that the server's certificate and
/// the client CAs change without a restart. When they do, TLS sessions from before are not resumed.
/// InvalidArgument if the source is empty or gives nothing yet.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MutualTlsServerCredentials(
    TlsMaterialSource source);

}  // namespace certgate

#endif  // CERTGATE_CREDENTIALS_H_
