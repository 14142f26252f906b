#ifndef CERTGATE_SRC_CLIENT_TRANSPORT_LOG_H_
#define CERTGATE_SRC_CLIENT_TRANSPORT_LOG_H_

#include <string>

namespace certgate {

/// Keeps gRPC's log off the terminal, and for `TransportLog`: a failed handshake is often explained
/// nowhere else. Does nothing if the environment variable GRPC_VERBOSITY asks for the log. Call it
/// before gRPC is first used.
void CaptureTransportLog();

/// The errors that gRPC has logged so far, at most 64 KiB. Thread-safe.
std::string TransportLog();

}  // namespace certgate

#endif  // CERTGATE_SRC_CLIENT_TRANSPORT_LOG_H_
