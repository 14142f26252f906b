// A service of gRPC's sync API behind certgate, in one file.
//
//   sync-service ADDRESS FOLDER
//
// ADDRESS is where to listen, such as 127.0.0.1:50051. FOLDER holds policy.yaml, server.crt,
// server.key and ca.crt, the authority of the clients. The audit trail goes to FOLDER/audit.jsonl.

#include <certgate/audit_log.h>
#include <certgate/caller.h>
#include <certgate/credentials.h>
#include <certgate/reloader.h>
#include <certgate/server_builder.h>
#include <grpcpp/server.h>

#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "acme/shop/v1/orders.grpc.pb.h"

namespace {

namespace shop = acme::shop::v1;

// Nothing in a service speaks of policies: a call that is not allowed does not get here.
class OrdersService final : public shop::Orders::Service {
  grpc::Status Place(grpc::ServerContext* context, const shop::PlaceRequest* request,
                     shop::PlaceReply* reply) override {
    // Never null in a handler of a guarded service. A certificate may have no common name, though.
    const std::shared_ptr<const certgate::PeerIdentity> caller = certgate::CallerOf(context);
    reply->set_order("one " + request->item());
    reply->set_placed_by(caller->common_name.value_or("somebody"));
    return grpc::Status::OK;
  }
};

int Serve(const std::string& address, const std::string& folder) {
  auto audit_log = certgate::AuditLog::OpenFile(folder + "/audit.jsonl", {"orders", "1.0"});
  if (!audit_log.ok()) {
    std::cerr << audit_log.status() << '\n';
    return 1;
  }
  // Reads the files, and follows their changes from then on.
  const certgate::ReloaderStart files =
      certgate::Reloader::Start({.files = {.policy = folder + "/policy.yaml",
                                           .certificate = folder + "/server.crt",
                                           .private_key = folder + "/server.key",
                                           .trust = {.client_ca = folder + "/ca.crt"}},
                                 .audit_log = *std::move(audit_log)});
  std::cerr << certgate::Render(files.diagnostics);
  if (files.reloader == nullptr) return 1;
  auto credentials = certgate::MutualTlsServerCredentials(files.reloader->tls_material());
  if (!credentials.ok()) {
    std::cerr << credentials.status() << '\n';
    return 1;
  }

  OrdersService service;
  int port = 0;
  certgate::ServerBuilder builder(files.reloader->authorizer());
  builder.AddListeningPort(address, *std::move(credentials), &port);
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

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: sync-service ADDRESS FOLDER\n";
    return 2;
  }
  return Serve(argv[1], argv[2]);
}
