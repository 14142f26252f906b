// A service of gRPC's callback API with streams behind certgate, in one file.
//
//   callback-streams ADDRESS FOLDER
//
// ADDRESS and FOLDER are as for sync_service.cc. Each record is on the disk before its handler
// runs; no thread waits for that.

#include <certgate/audit_log.h>
#include <certgate/caller.h>
#include <certgate/credentials.h>
#include <certgate/reloader.h>
#include <certgate/server_builder.h>
#include <grpcpp/server.h>

#include <array>
#include <cstddef>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "acme/shop/v1/orders.grpc.pb.h"

namespace {

namespace shop = acme::shop::v1;

// Tells three states, and goes.
class Watching final : public grpc::ServerWriteReactor<shop::Progress> {
 public:
  Watching() { Next(); }
  void OnWriteDone(bool is_written) override {
    if (!is_written) return Finish(grpc::Status(grpc::StatusCode::ABORTED, "the caller is gone"));
    Next();
  }
  void OnDone() override { delete this; }

 private:
  void Next() {
    static constexpr std::array kStates = {"taken", "packed", "delivered"};
    if (next_ == kStates.size()) return Finish(grpc::Status::OK);
    progress_.set_state(kStates[next_++]);
    StartWrite(&progress_);
  }

  shop::Progress progress_;
  std::size_t next_ = 0;
};

// Adds up, for as long as items come. If the caller loses its right meanwhile, the stream is ended,
// and OnReadDone is told that nothing comes any more.
class Scanning final : public grpc::ServerBidiReactor<shop::Item, shop::Sum> {
 public:
  Scanning() { StartRead(&item_); }
  void OnReadDone(bool is_read) override {
    if (!is_read) return Finish(grpc::Status::OK);
    sum_.set_cents(sum_.cents() + item_.cents());
    StartWrite(&sum_);
  }
  void OnWriteDone(bool is_written) override {
    if (!is_written) return Finish(grpc::Status(grpc::StatusCode::ABORTED, "the caller is gone"));
    StartRead(&item_);
  }
  void OnDone() override { delete this; }

 private:
  shop::Item item_;
  shop::Sum sum_;
};

class OrdersService final : public shop::Orders::CallbackService {
  grpc::ServerUnaryReactor* Place(grpc::CallbackServerContext* context,
                                  const shop::PlaceRequest* request,
                                  shop::PlaceReply* reply) override {
    reply->set_order("one " + request->item());
    reply->set_placed_by(certgate::CallerOf(context)->common_name.value_or("somebody"));
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  grpc::ServerWriteReactor<shop::Progress>* Watch(grpc::CallbackServerContext* /*context*/,
                                                  const shop::WatchRequest* /*request*/) override {
    return new Watching;
  }
  grpc::ServerBidiReactor<shop::Item, shop::Sum>* Scan(
      grpc::CallbackServerContext* /*context*/) override {
    return new Scanning;
  }
};

// A trail whose records are on the disk before a call is admitted: `kFsync`, not the default, under
// which they are in the kernel by then. On callback services no gRPC thread waits for it.
absl::StatusOr<std::unique_ptr<certgate::AuditLog>> OpenTrail(const std::string& path) {
  auto file = certgate::OpenAuditFile({.path = path});
  if (!file.ok()) return file.status();
  certgate::AuditOptions options;
  options.places.push_back({.sink = *std::move(file)});
  options.service = {"orders", "1.0"};
  options.durability = certgate::Durability::kFsync;
  return certgate::AuditLog::Create(std::move(options));
}

int Serve(const std::string& address, const std::string& folder) {
  auto audit_log = OpenTrail(folder + "/audit.jsonl");
  if (!audit_log.ok()) {
    std::cerr << audit_log.status() << '\n';
    return 1;
  }
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
  // For streams it is worth knowing how long they lasted and what went through them.
  builder.RecordCallEnds({"/acme.shop.v1.Orders/Watch", "/acme.shop.v1.Orders/Scan"});
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
    std::cerr << "usage: callback-streams ADDRESS FOLDER\n";
    return 2;
  }
  return Serve(argv[1], argv[2]);
}
