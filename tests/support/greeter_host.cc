#include "tests/support/greeter_host.h"

#include <absl/time/clock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <chrono>
#include <stdexcept>
#include <utility>

#include "helloworld/helloworld.grpc.pb.h"

namespace certgate::testing {

GreeterHost::GreeterHost() = default;

GreeterHost::~GreeterHost() { Stop(); }

void GreeterHost::Serve(std::shared_ptr<Authorizer> authorizer,
                        std::shared_ptr<grpc::ServerCredentials> credentials, Api api,
                        const std::function<void(ServerBuilder&)>& configure) {
  ServerBuilder builder(std::move(authorizer));
  builder.AddListeningPort("127.0.0.1:0", std::move(credentials), &port_);
  greeter_ = api == Api::kSync ? MakeSyncGreeter(handlers_) : MakeCallbackGreeter(handlers_);
  builder.RegisterService<helloworld::Greeter>(
      static_cast<helloworld::Greeter::Service*>(greeter_.get()));
  configure(builder);
  calls_ = builder.call_figures();
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) throw std::runtime_error(builder.status().ToString());
}

void GreeterHost::Stop() {
  if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now());
  server_.reset();
}

std::vector<nlohmann::json> GreeterHost::Records() const {
  std::vector<nlohmann::json> records;
  for (const std::string& line : recording_->lines()) {
    records.push_back(nlohmann::json::parse(line));
  }
  return records;
}

std::shared_ptr<grpc::Channel> GreeterHost::Connect(const MintedCertificate& client,
                                                    grpc_ssl_session_cache* sessions) const {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = authority_.certificate_pem();
  options.pem_cert_chain = client.certificate_pem;
  options.pem_private_key = client.private_key_pem;
  grpc::ChannelArguments arguments;
  // A connection of its own for each channel, not one that is shared by equal arguments.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  if (sessions != nullptr) {
    const grpc_arg cache = grpc_ssl_session_cache_create_channel_arg(sessions);
    arguments.SetPointerWithVtable(cache.key, cache.value.pointer.p, cache.value.pointer.vtable);
    arguments.SetSslTargetNameOverride("localhost");  // gRPC keeps sessions by name alone.
  }
  return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port_),
                                   grpc::SslCredentials(options), arguments);
}

std::shared_ptr<grpc::Channel> GreeterHost::ConnectAs(const std::string& subject) const {
  return Connect(authority_.Issue(subject));
}

MintedCertificate GreeterHost::IssueServerCertificate(const std::string& serial_number) const {
  CertificateRequest request;
  request.subject = {{"CN", "localhost"}};
  request.alternative_names = {"DNS:localhost", "IP:127.0.0.1"};
  request.not_after = absl::Now() + absl::Hours(24 * 90);
  request.serial_number = serial_number;
  return authority_.Issue(request);
}

}  // namespace certgate::testing
