#include <certgate/credentials.h>
#include <grpc/grpc.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <utility>
#include <vector>

#include "src/interceptor/mutual_tls.h"
#include "src/interceptor/pem_files.h"

namespace certgate {

namespace tls = grpc::experimental;

MutualTls::MutualTls(const PemTexts& texts) : root_count_(texts.root_count) {
  const std::vector<tls::IdentityKeyCertPair> identity = {{texts.private_key, texts.certificate}};
  tls::TlsServerCredentialsOptions options(
      std::make_shared<tls::StaticDataCertificateProvider>(texts.client_ca, identity));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  credentials_ = grpc_tls_server_credentials_create(options.c_credentials_options());
}

MutualTls::~MutualTls() { grpc_server_credentials_release(credentials_); }

void MutualTls::SetAuthMetadataProcessor(
    const std::shared_ptr<grpc::AuthMetadataProcessor>& processor) {
  wants_metadata_processor_ = wants_metadata_processor_ || processor != nullptr;
}

int MutualTls::AddPortToServer(const std::string& address, grpc_server* server) {
  if (wants_metadata_processor_ || credentials_ == nullptr) return 0;
  return grpc_server_add_http2_port(server, address.c_str(), credentials_);
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MutualTlsServerCredentials(
    const MutualTlsFiles& files) {
  absl::StatusOr<PemTexts> texts = ReadPemFiles(files);
  if (!texts.ok()) return texts.status();
  return std::make_shared<MutualTls>(*texts);
}

}  // namespace certgate
