#ifndef CERTGATE_SRC_SERVER_GRPC_LOG_H_
#define CERTGATE_SRC_SERVER_GRPC_LOG_H_

#include <certgate/handshake_failures.h>

#include <string_view>

namespace certgate {

/// Sends gRPC's own log through spdlog: its errors, and what GRPC_VERBOSITY asks for beside them.
/// Its errors become warnings, as most of them are the doings of a peer; peers cannot flood the
/// log, because what exceeds 20 messages in 10 seconds is only counted. Until `EndStartup` all is
/// debugging, so that a server that cannot start says why in one message of its own. Call it before
/// gRPC is first used.
void RouteGrpcLog();

/// The server has started: gRPC's errors are warnings from now on.
void EndStartup();

/// While it lives, the handshakes that fail are given to a sink, and what gRPC's log says of them
/// is left out. One at a time.
class HandshakeWatch {
 public:
  explicit HandshakeWatch(HandshakeSink sink);
  /// Hands over what is left.
  ~HandshakeWatch();
  HandshakeWatch(const HandshakeWatch&) = delete;
  HandshakeWatch& operator=(const HandshakeWatch&) = delete;
};

/// Gives the sink a connection from `peer`, empty if unknown, that was closed before its handshake
/// for the reason `cause`. Nothing happens without a watch. Thread-safe.
void TellOfHandshake(std::string_view cause, std::string_view peer) noexcept;

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_GRPC_LOG_H_
