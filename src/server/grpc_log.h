#ifndef CERTGATE_SRC_SERVER_GRPC_LOG_H_
#define CERTGATE_SRC_SERVER_GRPC_LOG_H_

namespace certgate {

/// Sends gRPC's own log through spdlog. Its errors become warnings, as most of them are the doings
/// of a peer (a failed handshake); peers cannot flood the log, because what exceeds 20 messages in
/// 10 seconds is only counted. Until `EndStartup` all is debugging, so that a server that cannot
/// start says why in one message of its own. Call it before gRPC is first used.
void RouteGrpcLog();

/// The server has started: gRPC's errors are warnings from now on.
void EndStartup();

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_GRPC_LOG_H_
