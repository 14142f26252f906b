// The server of conversion_before.cc behind certgate: the policy says who may call what.
//
//   conversion-after ADDRESS FOLDER

#include <certgate/audit_log.h>
#include <certgate/credentials.h>
#include <certgate/reloader.h>
#include <certgate/server_builder.h>
#include <grpcpp/server.h>

#include <iostream>
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

certgate::ReloaderStart FilesIn(const std::string& folder) {
  return certgate::Reloader::Start(
      {.files = {.policy = folder + "/policy.yaml",
                 .certificate = folder + "/server.crt",
                 .private_key = folder + "/server.key",
                 .trust = {.client_ca = folder + "/ca.crt"}},
       .audit_log =
           certgate::AuditLog::OpenFile(folder + "/audit.jsonl", {"orders", "1.0"}).value()});
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
  const certgate::ReloaderStart files = FilesIn(folder);
  std::cerr << certgate::Render(files.diagnostics);
  if (files.reloader == nullptr) return 1;
  certgate::ServerBuilder builder(files.reloader->authorizer());
  builder.AddListeningPort(
      argv[1], certgate::MutualTlsServerCredentials(files.reloader->tls_material()).value(), &port);
  builder.RegisterService<shop::Orders>(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) {
    std::cerr << builder.status() << '\n';
    return 1;
  }
  std::cout << "listening on port " << port << std::endl;
  server->Wait();
  return 0;
}
