#include <absl/status/status.h>
#include <certgate/credentials.h>
#include <grpc/grpc.h>

#include <utility>

#include "src/interceptor/mutual_tls.h"

namespace certgate {

/// What one port has been given. gRPC asks again for each connection, one at a time for each port,
/// and makes a new TLS context only of what is new.
class MutualTls::Port {
 public:
  explicit Port(const TlsMaterialSource& source) : source_(source) {}

  /// gRPC's callback. An error leaves the port with what it had.
  static grpc_ssl_certificate_config_reload_status Fetch(
      void* port, grpc_ssl_server_certificate_config** config) noexcept {
    try {
      return static_cast<Port*>(port)->FetchOrThrow(config);
    } catch (...) {
      return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_FAIL;
    }
  }

 private:
  grpc_ssl_certificate_config_reload_status FetchOrThrow(
      grpc_ssl_server_certificate_config** config) {
    std::shared_ptr<const TlsMaterial> material = source_();
    if (material == nullptr) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_FAIL;
    if (material == given_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    const grpc_ssl_pem_key_cert_pair pair = {material->private_key.c_str(),
                                             material->certificate.c_str()};
    *config = grpc_ssl_server_certificate_config_create(material->client_ca.c_str(), &pair, 1);
    given_ = std::move(material);
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  const TlsMaterialSource& source_;
  std::shared_ptr<const TlsMaterial> given_;
};

MutualTls::MutualTls(TlsMaterialSource source) : source_(std::move(source)) {}

MutualTls::~MutualTls() = default;

void MutualTls::SetAuthMetadataProcessor(
    const std::shared_ptr<grpc::AuthMetadataProcessor>& processor) {
  wants_metadata_processor_ = wants_metadata_processor_ || processor != nullptr;
}

int MutualTls::AddPortToServer(const std::string& address, grpc_server* server) {
  if (wants_metadata_processor_) return 0;
  // Not TlsServerCredentials: its certificate providers either never change or read the files
  // themselves, at times of their own.
  Port& port = *ports_.emplace_back(std::make_unique<Port>(source_));
  grpc_ssl_server_credentials_options* const options =
      grpc_ssl_server_credentials_create_options_using_config_fetcher(
          GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY, &Port::Fetch, &port);
  grpc_server_credentials* const credentials =
      grpc_ssl_server_credentials_create_with_options(options);
  if (credentials == nullptr) return 0;
  const int bound = grpc_server_add_http2_port(server, address.c_str(), credentials);
  grpc_server_credentials_release(credentials);
  return bound;
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MutualTlsServerCredentials(
    TlsMaterialSource source) {
  if (source == nullptr || source() == nullptr) {
    return absl::InvalidArgumentError("the TLS credentials have no certificate, key and client CA");
  }
  return std::make_shared<MutualTls>(std::move(source));
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MutualTlsServerCredentials(
    const MutualTlsFiles& files) {
  absl::StatusOr<std::shared_ptr<const TlsMaterial>> material = LoadTlsMaterial(files);
  if (!material.ok()) return material.status();
  return MutualTlsServerCredentials([material = *std::move(material)]() { return material; });
}

}  // namespace certgate
