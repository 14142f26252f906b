#include "tests/support/tls_tunnel.h"

#include <arpa/inet.h>
#include <grpcpp/create_channel_posix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace certgate::testing {
namespace {

constexpr int kPumpBytes = 16 * 1024;

void Need(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(std::string("a TLS client of the test failed: ") + what);
}

BioPtr BioOf(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

X509Ptr NextCertificate(BIO* bio) {
  return X509Ptr(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr));
}

int ConnectTo(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  Need(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "connect");
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

void UseIdentity(SSL_CTX* context, const MintedCertificate& identity) {
  const BioPtr certificates = BioOf(identity.certificate_pem);
  const X509Ptr leaf = NextCertificate(certificates.get());
  Need(SSL_CTX_use_certificate(context, leaf.get()) == 1, "certificate");
  while (const X509Ptr next = NextCertificate(certificates.get())) {
    Need(SSL_CTX_add1_chain_cert(context, next.get()) == 1, "chain");
  }
  ERR_clear_error();  // The end of the text is an error to OpenSSL.
  const BioPtr key_text = BioOf(identity.private_key_pem);
  const PkeyPtr key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
  Need(SSL_CTX_use_PrivateKey(context, key.get()) == 1, "private key");
}

}  // namespace

TlsTunnel::TlsTunnel(SSL_CTX* context, int port, SSL_SESSION* session)
    : socket_(ConnectTo(port)), ssl_(SSL_new(context)) {
  Need(ssl_ != nullptr && SSL_set_fd(ssl_.get(), socket_) == 1, "connection");
  if (session != nullptr) Need(SSL_set_session(ssl_.get(), session) == 1, "session");
  if (SSL_connect(ssl_.get()) != 1) {
    ERR_clear_error();
    return;
  }
  NoteHandshake();
  std::array<int, 2> pair{};
  Need(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) == 0, "socket pair");
  near_end_ = pair[0];
  channel_ = grpc::CreateInsecureChannelFromFd("tunnel", pair[1]);
  pump_ = std::thread([this] { Pump(); });
}

TlsTunnel::~TlsTunnel() {
  channel_.reset();
  shutdown(socket_, SHUT_RDWR);
  if (near_end_ >= 0) shutdown(near_end_, SHUT_RDWR);
  if (pump_.joinable()) pump_.join();
  if (near_end_ >= 0) close(near_end_);
  close(socket_);
}

void TlsTunnel::NoteHandshake() {
  is_resumed_ = SSL_session_reused(ssl_.get()) == 1;
  version_ = SSL_get_version(ssl_.get());
  const X509Ptr certificate(SSL_get1_peer_certificate(ssl_.get()));
  const BignumPtr number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate.get()), nullptr));
  const OpensslTextPtr text(BN_bn2hex(number.get()));
  server_serial_number_ = text.get();
}

// Until one side has closed. Both sockets wait; that one side waits for the other is what makes a
// connection slow down when its reader is slow.
void TlsTunnel::Pump() {
  for (;;) {
    std::array<pollfd, 2> ends = {{{socket_, POLLIN, 0}, {near_end_, POLLIN, 0}}};
    if (poll(ends.data(), ends.size(), -1) < 0) break;
    if (ends[0].revents != 0 && !PumpToChannel()) break;
    if (ends[1].revents != 0 && !PumpToServer()) break;
  }
  ERR_clear_error();
  shutdown(near_end_, SHUT_RDWR);
  shutdown(socket_, SHUT_RDWR);
}

bool TlsTunnel::PumpToChannel() {
  std::array<char, kPumpBytes> bytes;
  do {
    const int count = SSL_read(ssl_.get(), bytes.data(), kPumpBytes);
    if (count <= 0) return SSL_get_error(ssl_.get(), count) == SSL_ERROR_WANT_READ;
    if (send(near_end_, bytes.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) != count) {
      return false;
    }
  } while (SSL_pending(ssl_.get()) > 0);
  return true;
}

bool TlsTunnel::PumpToServer() {
  std::array<char, kPumpBytes> bytes;
  const ssize_t count = read(near_end_, bytes.data(), bytes.size());
  return count > 0 && SSL_write(ssl_.get(), bytes.data(), static_cast<int>(count)) == count;
}

ResumingClient::ResumingClient(const MintedCertificate& identity, const std::string& server_ca_pem,
                               int version)
    : context_(SSL_CTX_new(TLS_client_method())) {
  // OpenSSL writes to sockets that the server may have closed.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  SSL_CTX* const context = context_.get();
  Need(SSL_CTX_set_min_proto_version(context, version) == 1 &&
           SSL_CTX_set_max_proto_version(context, version) == 1,
       "version");
  static constexpr unsigned char kHttp2[] = {2, 'h', '2'};
  Need(SSL_CTX_set_alpn_protos(context, kHttp2, sizeof kHttp2) == 0, "ALPN");
  UseIdentity(context, identity);
  const BioPtr roots = BioOf(server_ca_pem);
  const X509Ptr root = NextCertificate(roots.get());
  Need(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root.get()) == 1, "CA");
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  // A read that finds a session ticket returns, and does not wait for what comes after it.
  SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
  SSL_CTX_sess_set_new_cb(context, &KeepSession);
  SSL_CTX_set_app_data(context, this);
}

ResumingClient::~ResumingClient() = default;

int ResumingClient::KeepSession(SSL* ssl, SSL_SESSION* session) {
  auto* const client = static_cast<ResumingClient*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  const std::lock_guard lock(client->mutex_);
  // A copy: OpenSSL forbids to resume a session whose connection breaks, as these do.
  client->session_.reset(SSL_SESSION_dup(session));
  return 0;
}

std::unique_ptr<TlsTunnel> ResumingClient::Connect(int port) {
  return std::make_unique<TlsTunnel>(context_.get(), port, nullptr);
}

std::unique_ptr<TlsTunnel> ResumingClient::Resume(int port) {
  SslSessionPtr session;
  {
    const std::lock_guard lock(mutex_);
    Need(session_ != nullptr, "no session was given");
    session.reset(SSL_SESSION_dup(session_.get()));
  }
  return std::make_unique<TlsTunnel>(context_.get(), port, session.get());
}

}  // namespace certgate::testing
