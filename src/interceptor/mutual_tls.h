#ifndef CERTGATE_SRC_INTERCEPTOR_MUTUAL_TLS_H_
#define CERTGATE_SRC_INTERCEPTOR_MUTUAL_TLS_H_

#include <certgate/credentials.h>
#include <grpc/grpc_security.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>
#include <vector>

namespace certgate {

/// The credentials behind `MutualTlsServerCredentials`: a type of their own, so that the builder
/// knows for sure that a port verifies its clients. gRPC asks them for each new connection, so they
/// have to outlive every server that has a port with them.
class MutualTls final : public grpc::ServerCredentials {
 public:
  explicit MutualTls(TlsMaterialSource source);
  ~MutualTls() override;

  /// Remembered, never installed; see `credentials.h`.
  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>& processor) override;

  bool wants_metadata_processor() const { return wants_metadata_processor_; }

 private:
  class Port;
  int AddPortToServer(const std::string& address, grpc_server* server) override;

  const TlsMaterialSource source_;
  std::vector<std::unique_ptr<Port>> ports_;
  bool wants_metadata_processor_ = false;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_MUTUAL_TLS_H_
