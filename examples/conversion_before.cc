// A server with mutual TLS, as many are: whoever has a certificate may call everything.
//
//   conversion-before ADDRESS FOLDER
//
// conversion_after.cc is the same server behind certgate, and docs/integrate.md shows what changed.

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "acme/shop/v1/orders.grpc.pb.h"

namespace {

namespace shop = acme::shop::v1;

class OrdersService final : public shop::Orders::Service {
  grpc::Status Place(grpc::ServerContext* /*context*/, const shop::PlaceRequest* request,
                     shop::PlaceReply* reply) override {
    reply->set_order("one " + request->item());
    return grpc::Status::OK;
  }
};

std::string Read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::shared_ptr<grpc::ServerCredentials> Credentials(const std::string& folder) {
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = Read(folder + "/ca.crt");
  options.pem_key_cert_pairs = {{Read(folder + "/server.key"), Read(folder + "/server.crt")}};
  return grpc::SslServerCredentials(options);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: " << argv[0] << " ADDRESS FOLDER\n";
    return 2;
  }
  const std::string folder = argv[2];
  OrdersService service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(argv[1], Credentials(folder), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::cout << "listening on port " << port << std::endl;
  server->Wait();
  return 0;
}
