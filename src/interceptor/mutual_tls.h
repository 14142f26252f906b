#ifndef CERTGATE_SRC_INTERCEPTOR_MUTUAL_TLS_H_
#define CERTGATE_SRC_INTERCEPTOR_MUTUAL_TLS_H_

#include <grpc/grpc_security.h>
#include <grpcpp/security/server_credentials.h>

#include <cstddef>
#include <memory>
#include <string>

#include "src/interceptor/pem_files.h"

namespace certgate {

/// The credentials behind `MutualTlsServerCredentials`: a type of their own, so that the builder
/// knows for sure that a port verifies its clients.
class MutualTls final : public grpc::ServerCredentials {
 public:
  explicit MutualTls(const PemTexts& texts);
  ~MutualTls() override;

  /// Remembered, never installed; see `credentials.h`.
  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>& processor) override;

  bool wants_metadata_processor() const { return wants_metadata_processor_; }
  std::size_t root_count() const { return root_count_; }

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override;

  grpc_server_credentials* credentials_ = nullptr;
  const std::size_t root_count_;
  bool wants_metadata_processor_ = false;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_MUTUAL_TLS_H_
