#ifndef CERTGATE_SRC_INTERCEPTOR_HANDSHAKE_MESSAGE_H_
#define CERTGATE_SRC_INTERCEPTOR_HANDSHAKE_MESSAGE_H_

#include <optional>
#include <string>
#include <string_view>

namespace certgate {

/// Why a handshake failed, and with whom.
struct HandshakeFailure {
  /// A sentence for people, and the words of OpenSSL or gRPC in brackets. No two connections make
  /// it differ: it holds no address and no time.
  std::string cause;
  /// As gRPC writes addresses; empty where it does not tell.
  std::string peer;
};

/// Reads a message of gRPC 1.51's log from `file` of its source. Nothing, unless the message tells
/// that a server's handshake failed: each failure has one such message.
std::optional<HandshakeFailure> ReadHandshakeMessage(std::string_view file,
                                                     std::string_view message);

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_HANDSHAKE_MESSAGE_H_
