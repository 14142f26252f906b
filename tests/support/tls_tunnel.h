#ifndef CERTGATE_TESTS_SUPPORT_TLS_TUNNEL_H_
#define CERTGATE_TESTS_SUPPORT_TLS_TUNNEL_H_

#include <grpcpp/channel.h>
#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "src/identity/openssl_ptr.h"
#include "tests/support/certificate_minter.h"

namespace certgate::testing {

using SslContextPtr = std::unique_ptr<SSL_CTX, OpensslDeleter<&SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, OpensslDeleter<&SSL_free>>;
using SslSessionPtr = std::unique_ptr<SSL_SESSION, OpensslDeleter<&SSL_SESSION_free>>;

/// One TLS connection to a server on 127.0.0.1, and a gRPC channel that runs through it: for what
/// gRPC's own client does not let a test choose or see. Not thread-safe, but for the channel.
class TlsTunnel {
 public:
  /// Shakes hands, with `session` where one is given.
  TlsTunnel(SSL_CTX* context, int port, SSL_SESSION* session);
  ~TlsTunnel();
  TlsTunnel(const TlsTunnel&) = delete;
  TlsTunnel& operator=(const TlsTunnel&) = delete;

  /// Null where the handshake failed. A server that speaks TLS 1.3 may refuse the client's
  /// certificate after that; then calls fail.
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  bool is_resumed() const { return is_resumed_; }
  /// `TLSv1.2` or `TLSv1.3`.
  const std::string& version() const { return version_; }
  /// Of the server's certificate, upper-case hexadecimal.
  const std::string& server_serial_number() const { return server_serial_number_; }

 private:
  void NoteHandshake();
  void Pump();
  bool PumpToChannel();
  bool PumpToServer();

  int socket_ = -1;
  int near_end_ = -1;  // Of a socket pair, whose far end the channel has.
  SslPtr ssl_;
  bool is_resumed_ = false;
  std::string version_;
  std::string server_serial_number_;
  std::shared_ptr<grpc::Channel> channel_;
  std::thread pump_;
};

/// A client that shows `identity` (PEM; further certificates behind the first are its chain) and
/// remembers TLS sessions. Not thread-safe.
class ResumingClient {
 public:
  /// `version` is TLS1_2_VERSION or TLS1_3_VERSION.
  ResumingClient(const MintedCertificate& identity, const std::string& server_ca_pem, int version);
  ~ResumingClient();

  /// A full handshake.
  std::unique_ptr<TlsTunnel> Connect(int port);
  /// Offers the session that was given last. The server may not want it.
  std::unique_ptr<TlsTunnel> Resume(int port);

 private:
  static int KeepSession(SSL* ssl, SSL_SESSION* session);

  SslContextPtr context_;
  std::mutex mutex_;
  SslSessionPtr session_;  // guarded by mutex_: tunnels have threads of their own
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_TLS_TUNNEL_H_
